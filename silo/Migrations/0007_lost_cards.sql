-- A card that is lost proves nothing any more, for good: the branch hands out another.
alter table bank.card add column blocked_at timestamptz;
grant update (blocked_at) on bank.card to bkt_silo;
create trigger blocked_once before update on bank.card
    for each row when (old.blocked_at is not null) execute function bank.refuse_change();
