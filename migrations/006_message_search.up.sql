-- description: Full-text search over messages, kept up to date by triggers

CREATE VIRTUAL TABLE message_search USING fts5 (
  body,
  content = 'messages',
  content_rowid = 'id',
  tokenize = 'unicode61 remove_diacritics 2'
);

INSERT INTO message_search (rowid, body) SELECT id, body FROM messages;

CREATE TRIGGER message_search_insert AFTER INSERT ON messages BEGIN
  INSERT INTO message_search (rowid, body) VALUES (NEW.id, NEW.body);
END;

CREATE TRIGGER message_search_update AFTER UPDATE OF body ON messages BEGIN
  INSERT INTO message_search (message_search, rowid, body) VALUES ('delete', OLD.id, OLD.body);
  INSERT INTO message_search (rowid, body) VALUES (NEW.id, NEW.body);
END;

-- The index is told with the old text, because the row itself is gone by then.
CREATE TRIGGER message_search_delete AFTER DELETE ON messages BEGIN
  INSERT INTO message_search (message_search, rowid, body) VALUES ('delete', OLD.id, OLD.body);
END;
