-- What a member says against the dues, while staff have not answered.
alter table invoice_check add column contested text not null default '';

-- Every version of every text that members receive.
create table letter_text (
    template text not null,
    language text not null,
    version  int not null,
    text     text not null,
    fields   text[] not null,
    actor    text not null,
    as_of    timestamptz not null,
    primary key (template, language, version)
);
