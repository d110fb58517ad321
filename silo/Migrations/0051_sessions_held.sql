-- A trusted payee, a raise of limits and a report of an FNP come one after the other, and a report stops what is tried again. The contact
-- centre pauses standing orders.

-- 6: staff.
alter table bank.standing_order
    drop constraint standing_order_pause_cause_check,
    add constraint standing_order_pause_cause_check check (pause_cause between 1 and 6) not valid;
-- function: hold_session
-- function: set_trusted_payee
-- function: pause_new_standing_orders
