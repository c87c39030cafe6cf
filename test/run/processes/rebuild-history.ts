// A table that is rebuilt outside a transaction, with what hangs on it: for processes that die meanwhile.
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import { toolkit } from '../../../src/run/context/toolkit.js'
import { registryOf } from '../../support/registry.js'

const digest = (n: number): string => `1:${String(n).padStart(32, '0')}`

/** What hangs on the table `users`. */
export const ATTACHED = ['users_city', 'users_email', 'users_log', 'swiss']

/** The second step gives `users` another column. */
export const rebuildHistory = registryOf<Database>(
  {
    checksum: digest(1),
    up: `CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, email TEXT, city TEXT);
CREATE UNIQUE INDEX users_email ON users (email);
CREATE INDEX users_city ON users (city);
CREATE TABLE log (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users ON DELETE CASCADE);
CREATE TRIGGER users_log AFTER DELETE ON users BEGIN INSERT INTO log (user_id) VALUES (old.id); END;
CREATE VIEW swiss AS SELECT * FROM users;
INSERT INTO users VALUES (1, 'a', 'Bern'), (2, 'b', 'Ulm'), (3, 'c', NULL);
INSERT INTO log VALUES (1, 1), (2, 3)`,
  },
  {
    checksum: digest(2),
    transaction: false,
    toolkit,
    up(_, ctx) {
      ctx.rebuild('users', {
        create:
          "CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, email TEXT, city TEXT, land TEXT NOT NULL DEFAULT 'ch')",
      })
    },
  },
)
