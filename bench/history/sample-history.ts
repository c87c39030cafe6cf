// A history like those of real applications, of any length, the same in every run.

/** One migration as SQL. */
export interface SampleMigration {
  readonly version: number
  readonly name: string
  readonly up: string
  readonly down: string
}

const NOUNS = ['accounts', 'invoices', 'messages', 'orders', 'sessions', 'tasks', 'visits'] as const

/**
 * The first `count` migrations: every third changes data, every fifth adds a column or a trigger, the others create a table of
 * five to eight columns with one or two indexes, every second of them with a foreign key.
 */
export function sampleHistory(count: number): SampleMigration[] {
  const history: SampleMigration[] = []
  const tables: string[] = []
  for (let version = 1; version <= count; version++) {
    const table = tables.at(-1)
    if (table === undefined || kindOf(version) === 'table') {
      const made = createTable(version, table)
      tables.push(made.table)
      history.push(made.migration)
    } else if (kindOf(version) === 'data') history.push(changeData(version, table))
    else history.push(version % 2 === 0 ? addColumn(version, table) : addTrigger(version, table))
  }
  return history
}

function kindOf(version: number): 'table' | 'data' | 'extend' {
  if (version % 3 === 0) return 'data'
  return version % 5 === 0 ? 'extend' : 'table'
}

function createTable(version: number, parent: string | undefined) {
  const table = `${NOUNS[version % NOUNS.length]}_${version}`
  const extra = ['note TEXT', 'amount NUMERIC DEFAULT 0', 'done_at TIMESTAMP'].slice(version % 4)
  const key = parent && version % 2 === 0 ? [`parent_id INTEGER REFERENCES ${parent} (id)`] : []
  const columns = [
    'id INTEGER PRIMARY KEY',
    'name TEXT NOT NULL',
    "state TEXT NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'open', 'closed'))",
    'position INTEGER NOT NULL DEFAULT 0',
    'created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP',
    ...extra,
    ...key,
  ]
  const indexes = [`CREATE INDEX idx_${table}_state ON ${table} (state, position);`]
  if (version % 2 === 0) indexes.push(`CREATE INDEX idx_${table}_name ON ${table} (name);`)
  const up = `CREATE TABLE ${table} (\n  ${columns.join(',\n  ')}\n);\n${indexes.join('\n')}`
  return { table, migration: { version, name: `add_${table}`, up, down: `DROP TABLE ${table};` } }
}

const changeData = (version: number, table: string): SampleMigration => ({
  version,
  name: `fill_${table}`,
  up: `INSERT INTO ${table} (name, position) VALUES ('first of ${version}', 1), ('second of ${version}', 2);
INSERT INTO ${table} (name, state) VALUES ('it''s done; closed', 'closed');
UPDATE ${table} SET position = position + 10 WHERE state = 'new';`,
  down: `DELETE FROM ${table};`,
})

const addColumn = (version: number, table: string): SampleMigration => ({
  version,
  name: `extend_${table}`,
  up: `ALTER TABLE ${table} ADD COLUMN flag_${version} INTEGER NOT NULL DEFAULT 0;`,
  down: `ALTER TABLE ${table} DROP COLUMN flag_${version};`,
})

const addTrigger = (version: number, table: string): SampleMigration => ({
  version,
  name: `watch_${table}`,
  up: `CREATE TRIGGER trg_${table}_${version} AFTER UPDATE OF state ON ${table}
WHEN NEW.state = 'closed'
BEGIN
  UPDATE ${table} SET position = CASE WHEN OLD.position > 0 THEN -1 ELSE 0 END WHERE id = NEW.id;
END;`,
  down: `DROP TRIGGER trg_${table}_${version};`,
})
