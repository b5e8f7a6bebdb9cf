-- What differs between engines, under one name. Instants are UTC timestamps without a zone.
create or replace macro seconds_between(a, b) as cast(floor((epoch_us(b) - epoch_us(a)) / 1000000.0) as bigint);
create or replace macro add_seconds(instant, seconds) as instant + to_seconds(seconds);
create or replace macro add_days(day, days) as cast(day + cast(days as integer) as date);
create or replace macro days_between(a, b) as cast(b - a as integer);
create or replace macro to_local(instant, zone) as timezone(zone, timezone('UTC', instant));
create or replace macro to_utc(local_instant, zone) as timezone('UTC', timezone(zone, local_instant));
create or replace macro iso_weekday(day) as cast(isodow(day) as integer);
create or replace macro hour_of(instant) as cast(hour(instant) as integer);
create or replace macro as_double(number) as cast(number as double);
create or replace macro as_text(said) as cast(said as varchar);
