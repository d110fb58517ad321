-- Queues 8 to 15 are for the customers' own events: the news of a lock does not wait behind those of payments. Rows of before have no
-- age; they are as good as new.
alter table bank.event
    add column written_at timestamptz,
    alter column written_at set default clock_timestamp(),
    drop constraint event_queue_check,
    add constraint known_queue check (queue between 0 and 15) not valid;
