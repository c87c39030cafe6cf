// A history whose later steps rework the results of earlier ones: a thousand steps leave twenty tables.
import type { SampleMigration } from './sample-history.js'

const TABLES = 20

/** The first steps create tables with a few rows each, all others rebuild one of them. */
export const reworkedHistory = (length: number): SampleMigration[] =>
  Array.from({ length }, (_, index) => {
    const table = `things_${index % TABLES}`
    const round = Math.floor(index / TABLES)
    const step = round === 0 ? made(table) : rebuilt(table, round)
    return { version: index + 1, name: `step_${index + 1}`, ...step }
  })

const made = (table: string): Pick<SampleMigration, 'up' | 'down'> => ({
  up: `CREATE TABLE ${table} (id INTEGER PRIMARY KEY, name TEXT NOT NULL, state TEXT DEFAULT 'round 0');
INSERT INTO ${table} (name, state) VALUES ('one', 'new'), ('two', 'open'), ('three', 'closed');
CREATE INDEX ${table}_state ON ${table} (state);`,
  down: `DROP TABLE ${table};`,
})

/** Rebuilds a table with another default, by the procedure in SQLite's documentation. */
function rebuilt(table: string, round: number): Pick<SampleMigration, 'up' | 'down'> {
  const to = (
    word: string,
  ): string => `CREATE TABLE ${table}_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL, state TEXT DEFAULT '${word}');
INSERT INTO ${table}_new (id, name, state) SELECT id, name, state FROM ${table};
DROP TABLE ${table};
ALTER TABLE ${table}_new RENAME TO ${table};
CREATE INDEX ${table}_state ON ${table} (state);`
  return { up: to(`round ${round}`), down: to(`round ${round - 1}`) }
}
