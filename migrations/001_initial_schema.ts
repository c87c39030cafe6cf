// The base schema of a Telegram contact manager: 8 tables, 15 indexes, 3 triggers that keep `updated_at`.
import { defineMigration } from 'lockstep/better-sqlite3'

const people = `
  CREATE TABLE contacts (
    id INTEGER PRIMARY KEY,
    telegram_id INTEGER NOT NULL UNIQUE,
    username TEXT,
    first_name TEXT NOT NULL DEFAULT '',
    last_name TEXT NOT NULL DEFAULT '',
    phone TEXT,
    notes TEXT NOT NULL DEFAULT '',
    is_blocked INTEGER NOT NULL DEFAULT 0 CHECK (is_blocked IN (0, 1)),
    last_seen_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
  );

  CREATE TABLE groups (
    id INTEGER PRIMARY KEY,
    telegram_id INTEGER NOT NULL UNIQUE,
    kind TEXT NOT NULL DEFAULT 'group' CHECK (kind IN ('group', 'supergroup', 'channel')),
    title TEXT NOT NULL,
    username TEXT,
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
  );

  CREATE TABLE tags (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    color TEXT NOT NULL DEFAULT '#808080',
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
  );

  CREATE TABLE contact_tags (
    contact_id INTEGER NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    tag_id INTEGER NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
    tagged_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (contact_id, tag_id)
  ) WITHOUT ROWID;

  CREATE TABLE contact_groups (
    contact_id INTEGER NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    group_id INTEGER NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
    role TEXT NOT NULL DEFAULT 'member' CHECK (role IN ('member', 'admin', 'owner')),
    joined_at TIMESTAMP,
    PRIMARY KEY (contact_id, group_id)
  ) WITHOUT ROWID;
`

const activity = `
  CREATE TABLE messages (
    id INTEGER PRIMARY KEY,
    telegram_id INTEGER NOT NULL,
    contact_id INTEGER NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    group_id INTEGER REFERENCES groups (id) ON DELETE SET NULL,
    direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
    body TEXT NOT NULL DEFAULT '',
    is_read INTEGER NOT NULL DEFAULT 0 CHECK (is_read IN (0, 1)),
    sent_at TIMESTAMP NOT NULL
  );

  CREATE TABLE session_config (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT,
    updated_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
  ) WITHOUT ROWID;

  CREATE TABLE sync_log (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('contacts', 'groups', 'messages')),
    status TEXT NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'done', 'failed')),
    synced INTEGER NOT NULL DEFAULT 0,
    error TEXT,
    started_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    finished_at TIMESTAMP
  );
`

const indexes = `
  CREATE INDEX idx_contacts_username ON contacts (username);
  CREATE INDEX idx_contacts_name ON contacts (last_name, first_name);
  CREATE INDEX idx_contacts_phone ON contacts (phone) WHERE phone IS NOT NULL;
  CREATE INDEX idx_contacts_last_seen ON contacts (last_seen_at);
  CREATE INDEX idx_groups_title ON groups (title COLLATE NOCASE);
  CREATE INDEX idx_groups_kind ON groups (kind);
  CREATE INDEX idx_contact_tags_tag ON contact_tags (tag_id);
  CREATE INDEX idx_contact_groups_group ON contact_groups (group_id, role);
  CREATE UNIQUE INDEX idx_messages_origin ON messages (contact_id, telegram_id);
  CREATE INDEX idx_messages_contact ON messages (contact_id, sent_at);
  CREATE INDEX idx_messages_group ON messages (group_id, sent_at);
  CREATE INDEX idx_messages_sent ON messages (sent_at);
  CREATE INDEX idx_messages_unread ON messages (contact_id) WHERE is_read = 0;
  CREATE INDEX idx_sync_log_started ON sync_log (started_at);
  CREATE INDEX idx_sync_log_status ON sync_log (kind, status);
`

const triggers = `
  CREATE TRIGGER contacts_touch
  AFTER UPDATE OF username, first_name, last_name, phone, notes, is_blocked ON contacts
  BEGIN
    UPDATE contacts SET updated_at = CURRENT_TIMESTAMP WHERE id = NEW.id;
  END;

  CREATE TRIGGER groups_touch
  AFTER UPDATE OF kind, title, username ON groups
  BEGIN
    UPDATE groups SET updated_at = CURRENT_TIMESTAMP WHERE id = NEW.id;
  END;

  CREATE TRIGGER session_config_touch
  AFTER UPDATE OF value ON session_config
  BEGIN
    UPDATE session_config SET updated_at = CURRENT_TIMESTAMP WHERE key = NEW.key;
  END;
`

export default defineMigration({
  description: 'Contacts, groups, tags, messages, settings and the log of synchronisations',
  up(db) {
    db.exec(people)
    db.exec(activity)
    db.exec(indexes)
    db.exec(triggers)
  },
  down(db) {
    db.exec(`
      DROP TABLE sync_log;
      DROP TABLE session_config;
      DROP TABLE messages;
      DROP TABLE contact_groups;
      DROP TABLE contact_tags;
      DROP TABLE tags;
      DROP TABLE groups;
      DROP TABLE contacts;
    `)
  },
})
