// The text of a new migration, in each of the forms that `create` writes. Pure.
import { pascalCase } from 'change-case'
import { versionId } from '../../model/version.js'
import type { ExampleName } from '../command/flags.js'
import { exampleStep } from './example-steps.js'
import type { MigrationTitle } from './migration-name.js'
import { exporting, importLine, objectText, type ScriptStyle } from './script-text.js'
import { RESERVED_KEYWORDS } from '../../sql/keywords.js'
import { foldUpper, quoteIdentifier } from '../../sql/names.js'

/** The text of `001_initial`, which creates this table. */
export const firstMigration = (style: ScriptStyle, driver: string, table: string): string =>
  `${objectMigration(style, driver, firstMembers(table)).join('\n')}\n`

const firstMembers = (table: string): string[] => [
  "  description: 'The first table, as an example',",
  '',
  '  up(db) {',
  '    db.exec(`',
  `      CREATE TABLE ${table} (`,
  '        id INTEGER PRIMARY KEY,',
  '        body TEXT NOT NULL,',
  '        created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP',
  '      );',
  '    `)',
  '  },',
  '',
  '  down(db) {',
  '    db.exec(`',
  `      DROP TABLE ${table};`,
  '    `)',
  '  },',
]

/** The form of a new migration. */
export type TemplateForm = 'object' | 'sql' | 'class'

/** The values of a template. */
export interface TemplateFacts extends MigrationTitle {
  readonly version: number
  readonly form: TemplateForm
  readonly language: 'ts' | 'js'
  readonly style: ScriptStyle
  /** The package's entry point for the client, such as `better-sqlite3`. */
  readonly driver: string
  /** The example to show; absent if the name says what to do. */
  readonly example?: ExampleName
}

/**
 * The text of a new migration. If its name does not say what to do, or it shows an example, it does nothing: generating then
 * reports it as empty, so that it cannot be applied before it is written.
 */
export function migrationTemplate(facts: TemplateFacts): string {
  const lines = { sql: sqlFile, object: objectFile, class: classFile }[facts.form](facts)
  return `${lines.join('\n')}\n`
}

const HINTS = { up: 'Write here what this migration does.', down: 'Write here how to undo it.' }

function sqlFile(facts: TemplateFacts): string[] {
  const { up, down } = statements(facts)
  return [
    `-- description: ${facts.description}`,
    '',
    '-- migrate:up',
    ...up,
    '',
    '-- migrate:down',
    ...down,
  ]
}

/** The text below the markers of an SQL file. */
function statements({ name, example }: TemplateFacts): Halves {
  if (example) return eachHalf((side) => commented('--', exampleStep(example).sql[side]))
  const sql = firstSql(name)
  return eachHalf((side) => (sql ? [sql[side]] : [`-- ${HINTS[side]}`]))
}

/** The bodies of the functions of a script. */
function functions({ name, example }: TemplateFacts): Halves {
  const { code, sql } = example ? exampleStep(example) : { sql: null }
  const first = sql ? undefined : firstSql(name)
  return bodies((side) => {
    if (code) return commented('//', code[side])
    // Inside a call, so that the compiler does not report `db` as unused.
    if (sql) return inExec(commented('--', sql[side]))
    return first ? inExec(first[side].split('\n')) : hint(side)
  })
}

const bodies = (body: (side: 'up' | 'down') => readonly string[]): Halves =>
  eachHalf((side) => indent(body(side), 4))

const hint = (side: 'up' | 'down'): string[] => inExec([`-- ${HINTS[side]}`])

interface Halves {
  readonly up: readonly string[]
  readonly down: readonly string[]
}

const eachHalf = (make: (side: 'up' | 'down') => readonly string[]): Halves => ({
  up: make('up'),
  down: make('down'),
})

const commented = (mark: string, lines: readonly string[]): string[] =>
  lines.map((line) => `${mark} ${line}`)

const TYPES = { db: 'Handle', ctx: 'Context' }

/** The parameters that the lines use. */
const given = (lines: readonly string[]): readonly (keyof typeof TYPES)[] =>
  lines.some((line) => line.includes('ctx.')) ? ['db', 'ctx'] : ['db']

const inExec = (sql: readonly string[]): string[] => ['db.exec(`', ...indent(sql, 2), '`)']

function objectFile(facts: TemplateFacts): string[] {
  const declared = facts.example && exampleStep(facts.example).declared
  const { up, down } = declared ? bodies(hint) : functions(facts)
  return objectMigration(facts.style, facts.driver, [
    `  description: '${facts.description}',`,
    '',
    ...(declared ? insteadOfFunctions(declared) : []),
    `  up(${given(up).join(', ')}) {`,
    ...up,
    '  },',
    '',
    `  down(${given(down).join(', ')}) {`,
    ...down,
    '  },',
  ])
}

/** The functions that a declaration replaces have to exist until it does. */
const insteadOfFunctions = (declared: readonly string[]): string[] => [
  ...indent(commented('//', ['In place of `up` and `down`:', ...declared]), 2),
  '',
]

/** A migration in object form with these members. */
const objectMigration = (
  style: ScriptStyle,
  driver: string,
  members: readonly string[],
): string[] =>
  objectText(style, {
    door: `lockstep/${driver}`,
    define: 'defineMigration',
    type: 'MigrationDefinition',
    name: 'migration',
    members,
  })

function classFile(facts: TemplateFacts): string[] {
  const { version, name, description, language, driver, style } = facts
  const { up, down } = functions(facts)
  const typed = language === 'ts'
  const context = given([...up, ...down]).includes('ctx') ? ', type Context' : ''
  const imported = typed ? `Migration, type Handle${context}` : 'Migration'
  const parameters = (lines: readonly string[]): string =>
    given(lines)
      .map((one) => (typed ? `${one}: ${TYPES[one]}` : one))
      .join(', ')
  const result = typed ? ': void' : ''
  return [
    importLine(style, imported, `lockstep/${driver}`),
    '',
    `${exporting(style)} class ${className(name)} extends Migration {`,
    `  version = '${versionId(version)}'`,
    `  description = '${description}'`,
    '',
    `  up(${parameters(up)})${result} {`,
    ...up,
    '  }',
    '',
    `  down(${parameters(down)})${result} {`,
    ...down,
    '  }',
    '}',
  ]
}

/** A class cannot begin with a digit. */
const className = (name: string): string => pascalCase(name).replace(/^\d/, 'Migration$&')

const indent = (lines: readonly string[], width: number): string[] =>
  lines.map((line) => (line === '' ? '' : ' '.repeat(width) + line))

/** What a migration does and how it is undone; null if its name does not say. */
interface FirstSql {
  readonly up: string
  readonly down: string
}

/** `add_users_table` → CREATE TABLE users; `add_email_to_users` → ALTER TABLE users ADD COLUMN email; else null. */
export const firstSql = (name: string): FirstSql | null => newColumn(name) ?? newTable(name)

function newColumn(name: string): FirstSql | null {
  const [, column, owner] = COLUMN.exec(name) ?? []
  if (!column || !owner || NO_COLUMN.test(column)) return null
  const alter = `ALTER TABLE ${identifier(owner)}`
  return {
    up: `${alter} ADD COLUMN ${identifier(column)} TEXT;`,
    down: `${alter} DROP COLUMN ${identifier(column)};`,
  }
}

function newTable(name: string): FirstSql | null {
  const table = TABLE.exec(name)?.[1]
  if (!table || table.includes('_to_')) return null
  return {
    up: `CREATE TABLE ${identifier(table)} (\n  id INTEGER PRIMARY KEY\n);`,
    down: `DROP TABLE ${identifier(table)};`,
  }
}

const COLUMN = /^add_(?:the_|a_)?(\w+?)(?:_column)?_to_(?:the_)?(\w+?)(?:_table)?$/
const TABLE = /^(?:add|create|new)_(?:the_|a_)?(\w+?)_table$/

/** `add_index_to_users` adds no column. */
const NO_COLUMN =
  /(^|_)(index|indexes|indices|trigger|view|constraint|key|unique|table|data|rows?)$/

const identifier = (name: string): string =>
  RESERVED_KEYWORDS.has(foldUpper(name)) || /^\d/.test(name) ? quoteIdentifier(name) : name
