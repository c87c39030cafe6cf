// A table of notes with a full-text index over it, for tests of what leaves such an index behind.
import { expect } from 'vitest'
import { factsOf, type Step } from './prove-history.js'

export const NOTES = 'CREATE TABLE notes (id INTEGER PRIMARY KEY, title TEXT, body TEXT, n INT)'
export const FTS5 = `CREATE VIRTUAL TABLE search USING fts5(title, body, content='notes', content_rowid='id')`
export const FTS4 = `CREATE VIRTUAL TABLE search USING fts4(title, body, content="notes")`
export const onInsert = `CREATE TRIGGER added AFTER INSERT ON notes BEGIN
  INSERT INTO search (rowid, title, body) VALUES (new.id, new.title, new.body);
END`
export const onDelete = `CREATE TRIGGER gone AFTER DELETE ON notes BEGIN
  INSERT INTO search (search, rowid, title, body) VALUES ('delete', old.id, old.title, old.body);
END`
export const onUpdate = `CREATE TRIGGER changed AFTER UPDATE ON notes BEGIN
  INSERT INTO search (search, rowid, title, body) VALUES ('delete', old.id, old.title, old.body);
  INSERT INTO search (rowid, title, body) VALUES (new.id, new.title, new.body);
END`
export const REFILL = `INSERT INTO search (search) VALUES ('rebuild')`
export const VIEW = `CREATE VIEW told AS SELECT id AS number, title, body FROM notes`
export const OVER_VIEW = `CREATE VIRTUAL TABLE search USING fts5(title, body, content=told, content_rowid=number)`
export const BARE = `${NOTES}; ${FTS5}`
export const TEXT = `UPDATE notes SET body = body || ' more'`

/** The indexes that fit their rows no longer after these steps. */
export const misfits = async (...steps: (Step | string)[]): Promise<unknown[]> =>
  (await factsOf(steps)).filter(({ kind }) => kind === 'index-misfit')

/** The statement that is to blame, by its beginning. */
export const blaming = (start: string, more: object = {}): object[] => [
  { index: 'search', at: { version: 2, statement: expect.stringMatching(`^${start}`) }, ...more },
]

/** What is found where rows were changed and nobody told the index. */
export const rows = { cause: 'rows', table: 'notes', message: null }
