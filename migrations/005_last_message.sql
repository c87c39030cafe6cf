-- description: Remember for each contact when the last message was exchanged, and in which direction

-- migrate:up
ALTER TABLE contacts ADD COLUMN last_message_at TIMESTAMP;
ALTER TABLE contacts ADD COLUMN awaits_answer INTEGER NOT NULL DEFAULT 0;

UPDATE contacts
SET last_message_at = (SELECT max(sent_at) FROM messages WHERE contact_id = contacts.id);

UPDATE contacts
SET awaits_answer = 1
WHERE last_message_at IS NOT NULL
  AND 'in' = (
    SELECT direction
    FROM messages
    WHERE contact_id = contacts.id
    ORDER BY sent_at DESC, id DESC
    LIMIT 1
  );

CREATE TRIGGER messages_last_message
AFTER INSERT ON messages
WHEN NEW.sent_at >= coalesce((SELECT last_message_at FROM contacts WHERE id = NEW.contact_id), '')
BEGIN
  UPDATE contacts
  SET last_message_at = NEW.sent_at,
      awaits_answer = CASE NEW.direction WHEN 'in' THEN 1 ELSE 0 END
  WHERE id = NEW.contact_id;
END;

CREATE INDEX idx_contacts_awaiting ON contacts (last_message_at) WHERE awaits_answer = 1;

-- migrate:down
DROP INDEX idx_contacts_awaiting;
DROP TRIGGER messages_last_message;
ALTER TABLE contacts DROP COLUMN awaits_answer;
ALTER TABLE contacts DROP COLUMN last_message_at;
