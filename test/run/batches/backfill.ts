// A backfill whose table counts by a trigger how often each row is changed.
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import type { Batches, EachBatches, UpdateBatches } from '../../../src/model/migration.js'
import { resumable } from '../../../src/run/batches/resumable.js'
import { registryOf, type BatchedDraft } from '../../support/registry.js'

type Handle = Database

const digest = (n: number): string => `1:${String(n).padStart(32, '0')}`

/** A table of so many rows, whose keys are so far `apart`, and how often each of them was changed. */
export const usersOf = (count: number, apart = 3) => ({
  checksum: digest(1),
  up: `CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL, code TEXT NOT NULL UNIQUE, score INTEGER NOT NULL DEFAULT 0);
CREATE TABLE changes (id INTEGER PRIMARY KEY, times INTEGER NOT NULL DEFAULT 0);
WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < ${count})
INSERT INTO users (id, email, code) SELECT i * ${apart}, 'User' || i || '@X.org', printf('c%08d', i) FROM c WHERE i <= ${count};
INSERT INTO changes (id) SELECT id FROM users;
CREATE TRIGGER counted AFTER UPDATE ON users BEGIN UPDATE changes SET times = times + 1 WHERE id = new.id; END;`,
  down: 'DROP TABLE users; DROP TABLE changes',
})

/** A step that declares these. */
export const batched = (...batches: readonly Batches<Handle>[]): BatchedDraft<Handle> => ({
  batches,
  resumable,
  transaction: false,
  foreignKeys: 'enforce',
  down: 'UPDATE users SET score = 0',
})

/** Changes a row in a way that shows if it is done twice. */
export const UPDATE: UpdateBatches = {
  query: 'SELECT id FROM users',
  by: 'id',
  update: 'UPDATE users SET score = score + 1, email = lower(email) WHERE id BETWEEN :from AND :to',
}

/** The same in code, by another key. */
export const EACH: EachBatches<Handle> = {
  query: 'SELECT id, code FROM users',
  by: 'code',
  each(db, rows: { readonly id: number }[]) {
    const add = db.prepare('UPDATE users SET score = score + 1 WHERE id = ?')
    for (const { id } of rows) add.run(id)
  },
}

/** So many rows, and then one walk in SQL and one in code. */
export const backfillOf = (count: number, size: number, apart = 3) =>
  registryOf<Handle>(usersOf(count, apart), {
    ...batched({ ...UPDATE, size }, { ...EACH, size }),
    // Code has another text where it is bundled.
    checksum: digest(2),
  })
