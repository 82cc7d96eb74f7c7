-- What the member says against the dues, while staff have not answered.
alter table migration add column invoices_contested text not null default '';

-- Every version of every text that members receive; the highest counts.
create table letter_text (
    template  text not null,
    language  text not null,
    version   int not null,
    text      text not null,
    edited_by text not null,
    edited_at timestamptz not null,
    primary key (template, language, version)
);
