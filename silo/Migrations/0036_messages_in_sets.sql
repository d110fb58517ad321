-- Messages are added to the outbox with one statement for all pushes of a delivery.

-- function: add_messages
-- function: add_to_outbox
-- function: write_inboxes
