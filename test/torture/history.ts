// The history that is migrated under fire: schema and rows, SQL and code, quick and slow, every step with its way back.
import type { Database } from '../../src/database/better-sqlite3/handle.js'
import type { Context } from '../../src/model/migration.js'
import type { Registry } from '../../src/model/registry.js'
import { toolkit } from '../../src/run/context/toolkit.js'
import { lineages } from '../../codegen/checksum/lineage.js'
import { registryOf, type Draft } from '../support/registry.js'

/** How long a history is, and how slow. */
export interface Pace {
  readonly steps: number
  /** How long a slow step holds the lock, in milliseconds. */
  readonly pauseMs: number
  /** `some`: one step in six is slow; `all`: every step is. */
  readonly slow: 'some' | 'all'
}

/** What a slow step logs when it has written, and has not ended. */
export const HALF = 'half'

/**
 * Makes the history. Every step writes its number into `applied_steps`, which has no key: a step that ran twice is seen
 * there. Digests are stated, so that the same history is the same in every process, however it was compiled.
 */
export const historyOf = (pace: Pace): Registry<Database> =>
  chained(
    registryOf<Database>(
      ...Array.from({ length: pace.steps }, (_, index) => ({
        ...(pace.slow === 'all' && index > 0 ? slowStep(index + 1, pace) : step(index + 1, pace)),
        checksum: `1:${String(index + 1).padStart(32, '0')}`,
        toolkit,
      })),
    ),
  )

/** The same with lineages that follow one from the other, as the build writes them. */
export function chained(registry: Registry<Database>): Registry<Database> {
  const chain = lineages(registry)
  return registry.map((entry, index) => ({ ...entry, lineage: chain[index]! }))
}

function step(n: number, pace: Pace): Draft<Database> {
  if (n === 1) return FIRST
  const kinds = [makeTable, makeRows, addColumn, rebuildParents, makeView, slowStep]
  return kinds[n % kinds.length]!(n, pace)
}

const note = (n: number): string => `INSERT INTO applied_steps VALUES (${n})`
const forget = (n: number): string => `DELETE FROM applied_steps WHERE n = ${n}`
const createParents = (n: number): string =>
  `CREATE TABLE "parents" (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, rebuilt INTEGER DEFAULT ${n})`

const FIRST: Draft<Database> = {
  up: `CREATE TABLE applied_steps (n INTEGER NOT NULL);
${note(1)};
${createParents(1)};
CREATE INDEX parents_name ON parents (name);
CREATE TABLE children (id INTEGER PRIMARY KEY, parent INTEGER NOT NULL REFERENCES parents (id) ON DELETE CASCADE);
CREATE TRIGGER parents_watch AFTER UPDATE ON parents BEGIN SELECT CASE WHEN 1 THEN 2 END; END`,
  down: 'DROP TABLE children; DROP TABLE parents; DROP TABLE applied_steps',
}

/** The versions whose kind makes a table go by six. */
const tableBefore = (n: number): string => `table_${Math.max(6, n - (n % 6))}`

const makeTable = (n: number): Draft<Database> => ({
  up: `CREATE TABLE table_${n} (id INTEGER PRIMARY KEY, text TEXT);
${note(n)};
INSERT INTO table_${n} (text) VALUES ('a; b'), ('c''d'), ('${n}');
CREATE INDEX table_${n}_text ON table_${n} (text);`,
  down: `DROP TABLE table_${n}; ${forget(n)}`,
})

/** The text makes rows long, so that pages are written to the file before the transaction ends. */
const makeRows = (n: number): Draft<Database> => ({
  up(db: Database) {
    const parent = db.prepare('INSERT INTO parents (name) VALUES (?)')
    const child = db.prepare('INSERT INTO children (parent) SELECT max(id) FROM parents')
    for (let row = 0; row < 4; row++) {
      parent.run(`${n}/${row} ${'x'.repeat(400)}`)
      child.run()
    }
    db.exec(note(n))
  },
  down(db: Database) {
    db.exec(`DELETE FROM children WHERE parent IN (SELECT id FROM parents WHERE name LIKE '${n}/%');
DELETE FROM parents WHERE name LIKE '${n}/%';
UPDATE sqlite_sequence SET seq = (SELECT ifnull(max(id), 0) FROM parents) WHERE name = 'parents';
${forget(n)}`)
  },
})

const addColumn = (n: number): Draft<Database> =>
  n < 6
    ? { up: note(n), down: forget(n) }
    : {
        up: `ALTER TABLE ${tableBefore(n)} ADD COLUMN added INTEGER NOT NULL DEFAULT ${n};
${note(n)};
UPDATE ${tableBefore(n)} SET text = text || '+'`,
        down: [
          `ALTER TABLE ${tableBefore(n)} DROP COLUMN added`,
          `UPDATE ${tableBefore(n)} SET text = substr(text, 1, length(text) - 1)`,
          forget(n),
        ],
      }

/** A rebuild of the parent deletes the children, unless foreign keys are off. */
const rebuildParents = (n: number): Draft<Database> => ({
  up(db: Database, ctx: Context) {
    db.exec(note(n))
    ctx.rebuild('parents', { create: createParents(n) })
  },
  down(db: Database, ctx: Context) {
    ctx.rebuild('parents', { create: createParents(n < 6 ? 1 : n - 6) })
    db.exec(forget(n))
  },
})

const makeView = (n: number): Draft<Database> => ({
  up: [note(n), `CREATE VIEW view_${n} AS SELECT count(*) AS total FROM children`],
  down: [`DROP VIEW view_${n}`, forget(n)],
})

const slowStep = (n: number, { pauseMs }: Pace): Draft<Database> => ({
  up(db: Database, ctx: Context) {
    db.exec(note(n))
    ctx.log(HALF)
    sleep(pauseMs)
    db.exec(`CREATE TABLE slow_${n} (id INTEGER PRIMARY KEY)`)
  },
  down: `DROP TABLE slow_${n}; ${forget(n)}`,
})

const sleep = (ms: number): void =>
  void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
