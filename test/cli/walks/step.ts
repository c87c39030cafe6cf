// The migrations of a walk: what each means, as SQL that the walk runs itself, and the file that says so to Lockstep.
import { pick, type Random } from '../../support/random.js'

/** What a migration does. */
export interface Meaning {
  readonly form: 'sql' | 'code' | 'text' | 'class' | 'exports'
  readonly does: 'table' | 'filled' | 'column' | 'index' | 'rows' | 'view'
  /** Which object it is about, and which variant of it. */
  readonly on: string
  readonly width: number
  readonly rows: number
  readonly down: 'undo' | 'nothing' | 'none'
}

/** A migration file. */
export interface Step extends Meaning {
  readonly version: number
  readonly name: string
  /** Which comment stands in it. */
  readonly note: number
}

/** The first migration of every project. */
export const BASE: Step = {
  version: 1,
  name: 'base',
  form: 'sql',
  does: 'table',
  on: 'base',
  width: 0,
  rows: 0,
  down: 'undo',
  note: 0,
}

export const fileOf = ({ version, name, form }: Step): string =>
  `${String(version).padStart(3, '0')}_${name}.${form === 'sql' ? 'sql' : 'ts'}`

/** The statements of `up`. */
export function upOf({ does, on, width, rows }: Meaning): string[] {
  const more = Array.from({ length: width }, (_, at) => `, w${at} TEXT`).join('')
  const value = `${on}${rows}`
  switch (does) {
    case 'table':
      return [`CREATE TABLE ${on} (id INTEGER PRIMARY KEY, v TEXT${more})`]
    case 'filled':
      return [
        `CREATE TABLE ${on} (id INTEGER PRIMARY KEY, v TEXT${more})`,
        `INSERT INTO ${on} (v) VALUES ('${value}')`,
      ]
    case 'column':
      return [`ALTER TABLE base ADD COLUMN ${on}${width} TEXT`]
    case 'index':
      return [`CREATE INDEX ${on}_index ON base (${width === 0 ? 'v' : 'v, id'})`]
    case 'rows':
      return [`INSERT INTO base (v) VALUES ('${value}')`]
    case 'view':
      return [`CREATE VIEW ${on}_view AS SELECT id${width === 0 ? '' : ', v'} FROM base`]
  }
}

/** The statements of `down`; null where it has none. */
export function downOf(meaning: Meaning): string[] | null {
  const { does, on, width, rows, down } = meaning
  if (down === 'none') return null
  if (down === 'nothing') return ['SELECT 1']
  if (does === 'column') return [`ALTER TABLE base DROP COLUMN ${on}${width}`]
  if (does === 'index') return [`DROP INDEX ${on}_index`]
  if (does === 'view') return [`DROP VIEW ${on}_view`]
  if (does === 'rows') return [`DELETE FROM base WHERE v = '${on}${rows}'`]
  return [`DROP TABLE ${on}`]
}

/** What the digests of `up` and `down` are made from: the same for two steps exactly if theirs are. */
export const upKey = (step: Meaning): string => told(step, upOf(step))
export const downKey = (step: Meaning): string | null => {
  const down = downOf(step)
  return down && told(step, down)
}

/** Code and SQL mean the same wherever they stand; several statements are a list in code, and a script in a file. */
function told({ form }: Meaning, statements: readonly string[]): string {
  const isText = form === 'text' && statements.length > 1
  const kind = isText ? 'list' : /^(?:sql|text)$/.test(form) ? 'sql' : 'code'
  return [kind, ...statements].join('; ')
}

/** The text of the file. */
export function textOf(step: Step): string {
  const { form, note, down } = step
  const [up, undo] = [upOf(step), downOf(step)]
  if (form === 'sql') {
    return [
      ...(note > 0 ? [`-- note ${note}`] : []),
      ...(down === 'none' ? ['-- irreversible: it is gone'] : []),
      '-- migrate:up',
      ...up.map((sql) => `${sql};`),
      ...(undo ? ['-- migrate:down', ...undo.map((sql) => `${sql};`)] : []),
      '',
    ].join('\n')
  }
  return [
    `import { defineMigration, Migration } from 'lockstep/better-sqlite3'`,
    ...(note > 0 ? [`// note ${note}`] : []),
    ...MODULES[form](sideOf(form, 'up', up), undo && sideOf(form, 'down', undo)),
    '',
  ].join('\n')
}

function sideOf(form: Meaning['form'], name: string, all: readonly string[]): string {
  if (form === 'text') return `${name}: [${all.map((sql) => `\`${sql}\``).join(', ')}],`
  return `${name}(db) { ${all.map((sql) => `db.exec(\`${sql}\`)`).join('; ')} }`
}

type Module = (up: string, down: string | null) => readonly string[]

const object: Module = (up, down) => [
  'export default defineMigration({',
  up.replace(/,?$/, ','),
  down ?? `irreversible: 'it is gone',`,
  '})',
]

const MODULES: Readonly<Record<Exclude<Meaning['form'], 'sql'>, Module>> = {
  code: object,
  text: object,
  class: (up, down) => [
    'export default class Step extends Migration {',
    up,
    down ?? `irreversible = 'it is gone'`,
    '}',
  ],
  exports: (up, down) => [
    `export function ${up}`,
    down === null ? `export const irreversible = 'it is gone'` : `export function ${down}`,
  ],
}

const NAMES = ['one', 'two', 'three'] as const
const OBJECTS = ['a', 'b', 'c'] as const
const FORMS = ['sql', 'sql', 'sql', 'code', 'text', 'class', 'exports'] as const
const DOES = ['table', 'table', 'filled', 'column', 'index', 'rows', 'view'] as const
const DOWNS = ['undo', 'undo', 'undo', 'undo', 'nothing', 'none'] as const

/** Some migration with this number. */
export const anyStep = (version: number, random: Random): Step => ({
  version,
  name: pick(random, NAMES),
  form: pick(random, FORMS),
  does: pick(random, DOES),
  on: pick(random, OBJECTS),
  width: pick(random, [0, 1]),
  rows: pick(random, [0, 1]),
  down: pick(random, DOWNS),
  note: 0,
})

/** The same migration, edited. */
export function edited(step: Step, random: Random): Step {
  const aspect = pick(random, ['width', 'rows', 'down', 'note', 'form', 'does', 'name'] as const)
  if (step.version === 1 && aspect !== 'width' && aspect !== 'note' && aspect !== 'form')
    return { ...step, width: 1 - step.width }
  switch (aspect) {
    case 'width':
    case 'rows':
    case 'note':
      return { ...step, [aspect]: 1 - step[aspect] }
    case 'down':
      return { ...step, down: pick(random, DOWNS) }
    case 'form':
      return { ...step, form: pick(random, FORMS) }
    case 'does':
      return { ...step, does: pick(random, DOES), on: pick(random, OBJECTS) }
    case 'name':
      return { ...step, name: pick(random, NAMES) }
  }
}
