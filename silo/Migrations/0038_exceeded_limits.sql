-- A payment that would have broken a limit: the limit, and the most that could have been paid instead. Its refusal says both, and
-- says the same under its id for ever, so both are recorded with it. Refusals of before have neither.
alter table bank.transfer_detail
    add column limit_minor bigint,
    add column rest_minor  bigint,
    add constraint limit_with_its_rest check (
        (limit_minor is null) = (rest_minor is null) and rest_minor between 0 and limit_minor) not valid;

-- What a row of bank.transfer_detail says of a limit. A later version takes bank.batch_detail and this for one type.
create type bank.batch_limit as (
    transfer_id uuid,
    limit_minor bigint,
    rest_minor  bigint
);
