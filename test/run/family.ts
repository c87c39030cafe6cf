// Parents and their children, for tests of foreign keys.
import type Database from 'better-sqlite3'

export const family = `CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT);
  CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER NOT NULL REFERENCES parent ON DELETE CASCADE);
  INSERT INTO parent VALUES (1, 'a'), (2, 'b');
  INSERT INTO child VALUES (10, 1), (11, 1), (12, 2)`
/** Makes the parents anew. */
export const rebuilt = `CREATE TABLE new_parent (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
  INSERT INTO new_parent SELECT id, name FROM parent;
  DROP TABLE parent;
  ALTER TABLE new_parent RENAME TO parent`
/** Whether keys are enforced. */
export const isOn = (db: Database.Database): boolean =>
  db.pragma('foreign_keys', { simple: true }) === 1
export const childrenOf = (db: Database.Database): unknown =>
  db.prepare('SELECT count(*) FROM child').pluck().get()
