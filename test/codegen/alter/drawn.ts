// Tables and changes drawn at random, for the matrix: everything that can hang on a table, in every way of writing it.
import { quoteIdentifier as q } from '../../../src/sql/names.js'
import { pick, type Random } from '../../support/random.js'
import type { Changes } from './altered.js'

/** A database with one table that is to be changed. */
export interface Drawn {
  readonly setup: string
  readonly table: string
  /** The columns in order, by what they are for. */
  readonly columns: readonly DrawnColumn[]
  readonly counting: boolean
  readonly strict: boolean
  readonly withoutRowid: boolean
  /** What a comment says of a column, which stays with it. */
  readonly noted: ReadonlyMap<string, string>
}

/** A column: its name, and what it is for. */
export interface DrawnColumn {
  readonly role: Role
  readonly name: string
}

type Role = 'id' | 'name' | 'age' | 'meta' | 'owner' | 'parent' | 'size' | 'code'

const NAMES: Readonly<Record<Role, readonly string[]>> = {
  id: ['id', 'ID', 'select', 'i "d"'],
  name: ['name', 'Name', 'full name', 'order', "it's"],
  age: ['age', 'check', 'a,b', 'ä(b'],
  meta: ['meta', 'default', '{"a":1}', 'references'],
  owner: ['owner', 'owner_id', '-- owner', 'not null'],
  parent: ['parent', '/* p */', 'unique'],
  size: ['size', 'generated', 'as'],
  code: ['code', 'constraint', 'collate', 'x;y'],
}

const TABLES = ['t', 'Users', 'order', 'a "b" c', 't(1,2)', "o'clock", 'users -- x']

const maybe = (random: Random, chance = 0.5): boolean => random() < chance

/** A table with about six columns and what hangs on it. */
export function drawTable(random: Random): Drawn {
  const table = pick(random, TABLES)
  const nameOf = (role: Role): string => pick(random, NAMES[role])
  const key = pick(random, ['rowid', 'counting', 'counting', 'text', 'without', 'none'] as const)
  const strict = maybe(random, 0.3)
  const columns = (['id', 'name', 'age', 'meta', 'owner', 'parent', 'size', 'code'] as const)
    .filter((role) => ['id', 'name', 'age'].includes(role) || maybe(random, 0.6))
    .map((role) => ({ role, name: nameOf(role) }))
  const by = new Map(columns.map(({ role, name }) => [role, name]))
  const json = strict ? 'TEXT' : pick(random, ['JSON', 'TEXT', '', 'VARCHAR(20)'])
  const text: Readonly<Record<Role, string>> = {
    id: {
      rowid: 'INTEGER PRIMARY KEY',
      counting: 'INTEGER PRIMARY KEY AUTOINCREMENT',
      text: 'TEXT PRIMARY KEY NOT NULL',
      without: 'TEXT NOT NULL PRIMARY KEY',
      none: 'INTEGER',
    }[key],
    name: pick(random, ['TEXT NOT NULL', "TEXT NOT NULL DEFAULT 'x'", 'TEXT COLLATE NOCASE']),
    age: pick(random, [
      'INTEGER',
      'INTEGER DEFAULT 0',
      `INTEGER CHECK (${q(by.get('age')!)} < 1000)`,
    ]),
    meta: `${json} DEFAULT '{}'`,
    owner: 'INTEGER REFERENCES owners (id) ON DELETE CASCADE',
    parent: key === 'text' || key === 'without' ? `TEXT REFERENCES ${q(table)}` : 'INTEGER',
    size: `INTEGER AS (length(${q(by.get('name')!)})) ${pick(random, ['VIRTUAL', 'STORED'])}`,
    code: pick(random, ['TEXT', 'TEXT UNIQUE', 'INTEGER CONSTRAINT c NOT NULL DEFAULT 7']),
  }
  const layout = pick(random, ['line', 'lines', 'noted', 'leading'] as const)
  const noted = new Map<string, string>()
  const constraints = [
    ...(maybe(random, 0.4) ? [`CHECK (length(${q(by.get('name')!)}) > 0)`] : []),
    ...(maybe(random, 0.3) ? [`CONSTRAINT old CHECK (${q(by.get('age')!)} >= 0 OR 1)`] : []),
    ...(maybe(random, 0.3) && by.has('owner')
      ? [`FOREIGN KEY (${q(by.get('owner')!)}) REFERENCES others (id)`]
      : []),
    ...(maybe(random, 0.2) ? [`UNIQUE (${q(by.get('name')!)}, ${q(by.get('id')!)})`] : []),
  ]
  const definitions = [
    ...columns.map(({ role, name }) => `${q(name)} ${text[role]}`.trim()),
    ...constraints,
  ]
  const options = [...(strict ? ['STRICT'] : []), ...(key === 'without' ? ['WITHOUT ROWID'] : [])]
  const create = `CREATE TABLE ${q(table)} ${layOut(definitions, layout, { columns, noted })} ${options.join(', ')}`
  return {
    setup: `${BESIDE}${create.trim()};\n${hanging(random, { table, by, isKeyed: key !== 'none' })}${rows({ table, columns, key })}`,
    table,
    columns,
    counting: key === 'counting',
    strict,
    withoutRowid: key === 'without',
    noted,
  }
}

const BESIDE = `CREATE TABLE owners (id INTEGER PRIMARY KEY, note TEXT); CREATE TABLE others (id INTEGER PRIMARY KEY);
CREATE TABLE log (what TEXT); INSERT INTO owners VALUES (1, 'a'), (2, 'b'); INSERT INTO others VALUES (1), (2);
`

function layOut(
  definitions: readonly string[],
  layout: 'line' | 'lines' | 'noted' | 'leading',
  { columns, noted }: Pick<Drawn, 'columns'> & { readonly noted: Map<string, string> },
): string {
  if (layout === 'line') return `(${definitions.join(', ')})`
  if (layout === 'lines') return `(\n  ${definitions.join(',\n  ')}\n)`
  columns.forEach(({ name }, at) => noted.set(name, `note ${at}, (of it)`))
  const last = definitions.length - 1
  const lines = definitions.map((text, at) => {
    const note = noted.get(columns[at]?.name ?? '')
    const said = note === undefined ? '' : `-- ${note}`
    if (layout === 'leading')
      return `${said === '' ? '' : `  ${said}\n`}  ${text}${at < last ? ',' : ''}`
    return `  ${text}${at < last ? ',' : ''} ${said}`
  })
  return `(\n${lines.join('\n')}\n)`
}

type Names = ReadonlyMap<Role, string>

interface Hanging {
  readonly table: string
  readonly by: Names
  readonly isKeyed: boolean
}

/** Indexes, triggers, views and children, which must all be there afterwards. */
function hanging(random: Random, { table, by, isKeyed }: Hanging): string {
  const [id, name, age] = (['id', 'name', 'age'] as const).map((role) => q(by.get(role)!))
  const t = q(table)
  const code = by.get('code')
  const all = [
    `CREATE INDEX i1 ON ${t} (${name} DESC) WHERE ${name} <> 'none'`,
    `CREATE INDEX "i 2" ON ${t} (lower(${name}))`,
    `CREATE INDEX i3 ON ${t} (${age})`,
    ...(code === undefined ? [] : [`CREATE UNIQUE INDEX i4 ON ${t} (${q(code)}, ${id})`]),
    `CREATE VIEW v AS SELECT ${id} AS a, ${name} AS b FROM ${t}`,
    `CREATE TRIGGER tr1 AFTER UPDATE OF ${name} ON ${t} BEGIN INSERT INTO log VALUES ('u' || new.${name}); END`,
    `CREATE TRIGGER tr2 AFTER INSERT ON owners BEGIN INSERT INTO log SELECT 'o' || count(${name}) FROM ${t}; END`,
    `CREATE TABLE children (id INTEGER PRIMARY KEY, up REFERENCES ${t} ON DELETE SET NULL)`,
  ]
  return all
    .filter((sql) => maybe(random, 0.35) && (isKeyed || !sql.startsWith('CREATE TABLE children')))
    .map((sql) => `${sql};\n`)
    .join('')
}

interface Filled extends Pick<Drawn, 'table' | 'columns'> {
  readonly key: string
}

/** Four rows, of which one is gone again, so that its number shows what is given out next. */
function rows({ table, columns, key }: Filled): string {
  const isText = key === 'text' || key === 'without'
  const written = columns.filter(({ role }) => role !== 'size')
  const names = written.map(({ name }) => q(name)).join(', ')
  const values = [1, 3, 4, 9].map((n) => {
    const id = isText ? `'k${n}'` : `${n}`
    const value: Readonly<Record<Role, string>> = {
      id,
      name: n === 3 ? "'O''Neil'" : `'n${n}'`,
      age: n === 4 ? 'NULL' : `${n * 10}`,
      meta: n === 1 ? 'NULL' : `'{"n":${n}}'`,
      owner: n === 9 ? 'NULL' : `${(n % 2) + 1}`,
      parent: n === 1 ? 'NULL' : isText ? "'k1'" : '1',
      size: '',
      code: `${n}`,
    }
    return `(${written.map(({ role }) => value[role]).join(', ')})`
  })
  const id = q(columns.find(({ role }) => role === 'id')!.name)
  return `INSERT INTO ${q(table)} (${names}) VALUES ${values.join(', ')};\nDELETE FROM ${q(table)} WHERE ${id} IN (9, 'k9');\n`
}

/** What is to become of the table; a part of it is what ALTER TABLE can do. */
export function drawChanges(random: Random, drawn: Drawn): Changes {
  const { table, columns } = drawn
  const isPlain = maybe(random, 0.45)
  const take = (chance: number, from: readonly DrawnColumn[]): readonly DrawnColumn[] =>
    from.filter(() => maybe(random, chance))
  const drop = take(
    isPlain ? 0.1 : 0.15,
    columns.filter(({ role }) => !KEPT.has(role)),
  )
  const left = columns.filter((one) => !drop.includes(one))
  const change = isPlain
    ? []
    : take(
        0.25,
        left.filter(({ role }) => !['id', 'size'].includes(role)),
      )
  const rename = take(0.25, left)
  const added = ['extra', 'new col', 'primary'].filter(() => maybe(random, 0.35))
  const kinds = isPlain ? ADDED.slice(0, 4) : ADDED
  return {
    [table]: {
      drop: drop.map(({ name }) => name),
      rename: Object.fromEntries(rename.map(({ name }, at) => [name, `${name} ${at}`])),
      add: Object.fromEntries(added.map((name) => [name, pick(random, kinds)])),
      change: Object.fromEntries(
        change.map(({ role, name }) => [name, changeOf(random, role, { ...drawn, name })]),
      ),
      ...(!isPlain && drawLimits(random, left, added)),
    },
  }
}

/** Views and triggers speak of `name`. */
const KEPT: ReadonlySet<Role> = new Set(['id', 'size', 'name'])

/** Constraints and another order. */
function drawLimits(
  random: Random,
  left: readonly DrawnColumn[],
  added: readonly string[],
): Changes[string] {
  const names = [...left.map(({ name }) => name), ...added]
  const mixed = names.map((name) => [random(), name] as const).sort(([a], [b]) => a - b)
  const [age, owner] = (['age', 'owner'] as const).map((role) =>
    left.find((one) => one.role === role),
  )
  const key = {
    columns: [owner?.name ?? ''],
    references: 'others',
    to: ['id'],
    onDelete: 'SET NULL',
  } as const
  return {
    ...(maybe(random, 0.2) && { order: mixed.map(([, name]) => name) }),
    ...(maybe(random, 0.2) && age && { checks: { add: [`${q(age.name)} < 5000`] } }),
    ...(maybe(random, 0.2) && owner && { foreignKeys: { add: [key] } }),
  }
}

const ADDED = [
  'TEXT',
  "TEXT NOT NULL DEFAULT ''",
  'INTEGER DEFAULT 5 CHECK (1)',
  'INTEGER REFERENCES owners',
  { type: 'TEXT', notNull: true, using: "'v' || 1 -- c" },
  { type: 'INTEGER', default: '1 + 1' },
  { type: 'TEXT', default: 'CURRENT_DATE', using: "'d'" },
] as const

function changeOf(
  random: Random,
  role: Role,
  { name, strict }: Pick<Drawn, 'strict'> & { readonly name: string },
): NonNullable<Changes[string]['change']>[string] {
  const filled = { notNull: true, using: `coalesce(${q(name)}, ${role === 'owner' ? 1 : "'0'"})` }
  const isNumber = ['age', 'owner'].includes(role) || strict
  return pick(random, [
    { default: role === 'age' || role === 'owner' ? '1' : "'q'" },
    { default: null },
    { notNull: false },
    ...(role === 'parent' || role === 'code' || (isNumber && role !== 'age') ? [] : [filled]),
    ...(strict ? [] : [{ type: 'ANY' }, { type: '' }]),
  ])
}
