-- Items whose jobs must not run now, because people held them.
create table item_hold (
    item_id uuid primary key,
    held    boolean not null,
    as_of   timestamptz not null
);
