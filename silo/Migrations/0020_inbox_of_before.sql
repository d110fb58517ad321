-- Silos of the version before know no positions: they look at the last notification of an account. This moves the position for them.

-- function: move_position

create trigger move_position before insert on bank.notification
    for each row when (current_setting('bktsmart.positions_moved', true) is distinct from 'yes')
    execute function bank.move_position();
