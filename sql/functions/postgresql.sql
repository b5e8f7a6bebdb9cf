-- What differs between engines, under one name. Instants are UTC timestamps without a zone.
create or replace function seconds_between(a timestamp, b timestamp) returns bigint
language sql immutable parallel safe as $$ select floor(extract(epoch from (b - a)))::bigint $$;

create or replace function add_seconds(instant timestamp, seconds bigint) returns timestamp
language sql immutable parallel safe as $$ select instant + seconds * interval '1 second' $$;

create or replace function add_days(day date, days bigint) returns date
language sql immutable parallel safe as $$ select day + days::integer $$;

create or replace function days_between(a date, b date) returns integer
language sql immutable parallel safe as $$ select b - a $$;

create or replace function to_local(instant timestamp, zone text) returns timestamp
language sql immutable parallel safe as $$ select (instant at time zone 'UTC') at time zone zone $$;

create or replace function to_utc(local_instant timestamp, zone text) returns timestamp
language sql immutable parallel safe as $$ select (local_instant at time zone zone) at time zone 'UTC' $$;

create or replace function iso_weekday(day date) returns integer
language sql immutable parallel safe as $$ select extract(isodow from day)::integer $$;

create or replace function hour_of(instant timestamp) returns integer
language sql immutable parallel safe as $$ select extract(hour from instant)::integer $$;

create or replace function as_double(number double precision) returns double precision
language sql immutable parallel safe as $$ select number $$;

create or replace function as_text(said text) returns text
language sql immutable parallel safe as $$ select said $$;

create or replace function as_text(said bigint) returns text
language sql immutable parallel safe as $$ select said::text $$;
