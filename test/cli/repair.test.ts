// What repair accepts: checksums of edited migrations where the schema bears them out, and a reason where rows are written.
import { processesHere } from '../support/processes-here.js'
import Database from 'better-sqlite3'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { confirm, forgetAnswers, input } from '../support/prompts.js'
import { addFiles } from '../support/project.js'
import { onTerminal } from './support/on-terminal.js'
import { runProgram } from './support/command-line.js'
import { preparedProjects } from './support/prepared.js'
import { copyOf } from './support/project.js'
import { testSome } from '../support/some-of.js'

processesHere()
forgetAnswers()

const prepared = preparedProjects()

const sql = (up: string, down: string): string =>
  `-- migrate:up\n${up};\n-- migrate:down\n${down};\n`
const MAKE = 'CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)'
const DROP = 'DROP TABLE notes'
/** Leads to the same schema as without it. */
const DETOUR = 'CREATE INDEX detour ON notes (text); DROP INDEX detour'

type Files = Readonly<Record<string, string>>

const made = new Map<string, Promise<string>>()

/** The applied project with a third migration that was applied; made once for those that begin with the same. */
function begun(before: Files, how: readonly string[]): Promise<string> {
  const key = JSON.stringify([before, how])
  const known = made.get(key) ?? begin(before, how)
  made.set(key, known)
  return known
}

async function begin(before: Files, how: readonly string[]): Promise<string> {
  const root = prepared.applied()
  addFiles(root, before)
  expect(await runProgram(root, ['gen', '-q', ...how])).toMatchObject({ exitCode: 0, stderr: '' })
  expect((await runProgram(root, ['migrate'])).exitCode).toBe(0)
  return root
}

/** A copy of that in which the third was edited then, and generated again. */
async function edited(before: Files, after: Files, ...how: readonly string[]): Promise<string> {
  const root = copyOf(await begun(before, how))
  addFiles(root, after)
  expect(await runProgram(root, ['gen', '-q', ...how])).toMatchObject({ exitCode: 0, stderr: '' })
  return root
}

const third = (text: string): Files => ({ 'migrations/003_notes.sql': text })
const editedTo = (up: string): Promise<string> =>
  edited(third(sql(MAKE, DROP)), third(sql(up, DROP)))

async function changed(root: string, statements: string): Promise<void> {
  const db = new Database(join(root, 'data/app.db'))
  db.exec(statements)
  db.close()
}

const ledgerOf = (root: string): unknown => {
  const db = new Database(join(root, 'data/app.db'), { readonly: true })
  try {
    return db.prepare('SELECT * FROM _migrations').all()
  } finally {
    db.close()
  }
}

const isCurrent = async (root: string): Promise<boolean> =>
  (await runProgram(root, ['status'])).exitCode === 0

/** The code with which it refuses, having changed nothing. */
async function refusal(root: string, ...flags: readonly string[]): Promise<string> {
  const before = ledgerOf(root)
  const { exitCode, stderr } = await runProgram(root, ['repair', '--yes', ...flags])
  expect(exitCode).not.toBe(0)
  expect(ledgerOf(root)).toEqual(before)
  return stderr
}

describe('an edit that leads to the schema that is there', () => {
  it('is accepted, and nothing more is asked for', async () => {
    const root = await editedTo(`${MAKE}; ${DETOUR}`)
    expect(await isCurrent(root)).toBe(false)
    const done = await runProgram(root, ['repair', '--yes', '--json'])
    expect(JSON.parse(done.stdout)).toMatchObject({ rows: [{ version: 3 }], differences: [] })
    expect(await isCurrent(root)).toBe(true)
  })
  it('is accepted below other migrations, and beside the tables of others', async () => {
    const root = await edited(
      {
        ...third(sql(MAKE, DROP)),
        'migrations/004_more.sql': sql('CREATE TABLE more (a)', 'DROP TABLE more'),
      },
      third(sql(`${MAKE}; ${DETOUR}`, DROP)),
    )
    await changed(root, 'CREATE TABLE of_others (a)')
    expect((await runProgram(root, ['repair', '--yes'])).exitCode).toBe(0)
    expect(await isCurrent(root)).toBe(true)
  })
  it('is accepted in code that writes nothing', async () => {
    const code = (more: string): Files => ({
      'migrations/003_notes.ts': `export const up = (db) => { db.exec('${MAKE}'); ${more} }\nexport const down = (db) => { db.exec('${DROP}') }\n`,
    })
    const root = await edited(code(''), code("db.prepare('SELECT 1').get()"))
    expect((await runProgram(root, ['repair', '--yes'])).exitCode).toBe(0)
    expect(await isCurrent(root)).toBe(true)
  })
})

describe('an edit that leads to another schema', () => {
  const WIDER = MAKE.replace('text TEXT', 'text TEXT, at TEXT')
  it('is refused with what differs, and what to do about the newest', async () => {
    const root = await editedTo(WIDER)
    const said = await refusal(root, '--reason', 'it is fine')
    expect(said).toContain('✗ REPAIR_SCHEMA_DIFFERS')
    expect(said).toMatch(/table notes[^]*column at/)
    expect(said).toContain('`lockstep redo`, which undoes 003 and applies it again')
    expect(said).toContain('`lockstep repair --force --reason "<why>"`')
  })
  it('is refused below other migrations, where a new one is needed', async () => {
    const root = await edited(
      {
        ...third(sql(MAKE, DROP)),
        'migrations/004_more.sql': sql('CREATE TABLE more (a)', 'DROP TABLE more'),
      },
      third(sql(WIDER, DROP)),
    )
    expect(await refusal(root)).toContain('put the change into a new one')
  })
  it('is accepted by force, with a reason, and verify keeps reporting it', async () => {
    const root = await editedTo(WIDER)
    expect(await refusal(root, '--force')).toContain('OPTION_INVALID')
    const done = await runProgram(root, [
      'repair',
      '--yes',
      '--force',
      '--reason',
      'later',
      '--json',
    ])
    expect(JSON.parse(done.stdout)).toMatchObject({
      differences: [{ object: 'table notes', change: 'changed' }],
    })
    expect((await runProgram(root, ['history'])).stdout).toMatch(
      /repaired +003 .+, by force: later/,
    )
    expect((await runProgram(root, ['verify'])).stdout).toContain('✗ SCHEMA_DIFFERS')
  })
  it('is refused where what was applied has left more than the code knows of', async () => {
    const root = await edited(
      third(sql(`${MAKE}; CREATE TABLE left_over (a)`, `${DROP}; DROP TABLE left_over`)),
      third(sql(MAKE, DROP)),
    )
    const said = await refusal(root)
    expect(said).toContain('✗ REPAIR_SCHEMA_DIFFERS')
    expect(said).toContain('table left_over')
  })
  it('is told by digests where the migrations are not replayed', async () => {
    const outside = (up: string): Files =>
      third(`-- effects: tells somebody\n-- migrate:up\n${up};\n-- migrate:down\n${DROP};\n`)
    const root = await edited(outside(MAKE), outside(WIDER))
    expect(await refusal(root)).toMatch(/REPAIR_SCHEMA_DIFFERS[^]*table notes/)
    const same = await edited(outside(MAKE), outside(`${MAKE}; ${DETOUR}`))
    expect((await runProgram(same, ['repair', '--yes'])).exitCode).toBe(0)
  })
  it('cannot be told without both', async () => {
    const outside = (up: string): Files =>
      third(`-- effects: tells somebody\n-- migrate:up\n${up};\n-- migrate:down\n${DROP};\n`)
    const root = await edited(outside(MAKE), outside(WIDER), '--no-replay')
    expect(await refusal(root)).toContain('✗ REPAIR_UNPROVEN')
  })
})

describe('an edit of rows, which no schema shows, needs a reason', () => {
  const ROWS = "INSERT INTO notes VALUES (1, 'a')"
  testSome([
    ['another value', `${MAKE}; ${ROWS}`, `${MAKE}; ${ROWS.replace("'a'", "'b'")}`],
    ['rows that were written', `${MAKE}; ${ROWS}`, MAKE],
    ['rows that are written now', MAKE, `${MAKE}; ${ROWS}`],
    ['an update', MAKE, `${MAKE}; WITH a AS (SELECT 1) UPDATE notes SET text = 'x' WHERE id = 1`],
    [
      'a table from a query',
      MAKE,
      `${MAKE}; CREATE TABLE copied AS SELECT * FROM notes; DROP TABLE copied`,
    ],
  ])('%s', async (_, before, after) => {
    const root = await edited(third(sql(before, DROP)), third(sql(after, DROP)), '--no-replay')
    const said = await refusal(root)
    expect(said).toContain('✗ REPAIR_REASON_MISSING')
    expect(said).toContain('003 (notes) may write or remove rows, or may have done so when applied')
    const done = await runProgram(root, ['repair', '--yes', '--reason', 'written by hand'])
    expect(done.exitCode).toBe(0)
    expect((await runProgram(root, ['history'])).stdout).toContain(': written by hand')
  })
  it('in code, also where only rows let it write', async () => {
    const code = (more: string): Files => ({
      'migrations/_rows.ts': `export const rename = (db) => db.prepare("UPDATE notes SET text = 'x' WHERE id = 1").run()\n`,
      'migrations/003_notes.ts': `import { rename } from './_rows.js'\nexport const up = (db) => { db.exec('${MAKE}'); ${more} }\nexport const down = (db) => { db.exec('${DROP}') }\nexport const keep = rename\n`,
    })
    const helped = await edited(code(''), code('rename(db)'), '--no-replay')
    expect(await refusal(helped)).toContain('✗ REPAIR_REASON_MISSING')
    const freed = await edited(code('rename(db)'), code(''), '--no-replay')
    expect(await refusal(freed)).toContain('✗ REPAIR_REASON_MISSING')
    const loop = "for (const {} of db.prepare('SELECT id FROM notes').all()) rename(db)"
    const looped = await edited(code(''), code(loop), '--no-replay')
    expect(await refusal(looped)).toContain('✗ REPAIR_REASON_MISSING')
    const elsewhere = await edited(code("if (process.env['ELSEWHERE']) rename(db)"), code(''))
    expect(await refusal(elsewhere)).toContain('✗ REPAIR_REASON_MISSING')
  })
  it('and so does what nobody knows any more', async () => {
    const root = await editedTo(`${MAKE}; ${DETOUR}`)
    rmSync(join(root, 'node_modules/.cache'), { recursive: true })
    expect(await refusal(root)).toContain('✗ REPAIR_REASON_MISSING')
  })
  it('but not a down whose names the registry gives to another migration as well', async () => {
    const code = (table: string, more = ''): string =>
      `const TABLE = '${table}'\nexport const up = (db) => { db.exec(\`CREATE TABLE \${TABLE} (id INTEGER PRIMARY KEY)\`)${more} }\nexport const down = (db) => { db.exec(\`DELETE FROM \${TABLE}; DROP TABLE \${TABLE}\`) }\n`
    const pair = (more: string): Files => ({
      'migrations/003_a.ts': code('a'),
      'migrations/004_b.ts': code('b', more),
    })
    const root = await edited(pair(''), pair('; void 0'), '--no-replay')
    expect((await runProgram(root, ['repair', '--yes'])).exitCode).toBe(0)
  })
  it('but not keys and triggers that tell of deletes', async () => {
    const keyed = MAKE.replace('text TEXT', 'text TEXT REFERENCES users (id) ON DELETE CASCADE')
    const trigger = `CREATE TRIGGER t AFTER DELETE ON notes BEGIN DELETE FROM users; END`
    const root = await edited(
      third(sql(`${keyed}; ${trigger}`, DROP)),
      third(sql(`${keyed}; ${DETOUR}; ${trigger}`, DROP)),
      '--no-replay',
    )
    expect((await runProgram(root, ['repair', '--yes'])).exitCode).toBe(0)
  })
})

describe('what changes no meaning', () => {
  testSome([
    ['a down', third(sql(MAKE, `${DROP}; SELECT 1`))],
    ['a name', { 'migrations/003_noted.sql': sql(MAKE, DROP) }],
  ])('is accepted: %s', async (_, after) => {
    const root = prepared.applied()
    addFiles(root, third(sql(`${MAKE}; INSERT INTO notes VALUES (1, 'a')`, DROP)))
    const [[file = '', text = ''] = []] = Object.entries(after)
    await runProgram(root, ['gen', '-q', '--no-replay'])
    await runProgram(root, ['migrate', '-q'])
    rmSync(join(root, 'migrations/003_notes.sql'))
    writeFileSync(
      join(root, file),
      text.replace(MAKE, `${MAKE}; INSERT INTO notes VALUES (1, 'a')`),
    )
    await runProgram(root, ['gen', '-q', '--no-replay'])
    expect((await runProgram(root, ['repair', '--yes'])).exitCode).toBe(0)
    expect(readFileSync(join(root, 'generated/registry.ts'), 'utf8')).toContain(file)
  })
})

describe('on a terminal', () => {
  const withRows = (): Promise<string> =>
    edited(
      third(sql(MAKE, DROP)),
      third(sql(`${MAKE}; INSERT INTO notes VALUES (1, 'a')`, DROP)),
      '--no-replay',
    )

  it('the reason is asked for, and kept', async () => {
    const root = await withRows()
    input.mockResolvedValue('they are there')
    confirm.mockResolvedValue(true)
    expect((await onTerminal(root, ['repair'])).exitCode).toBe(0)
    expect((await runProgram(root, ['history'])).stdout).toContain(': they are there')
  })
  it('without one nothing is accepted', async () => {
    const root = await withRows()
    input.mockResolvedValue(' ')
    const { exitCode, stderr } = await onTerminal(root, ['repair'])
    expect(exitCode).toBe(1)
    expect(stderr).toContain('✗ REPAIR_REASON_MISSING')
    expect(confirm).not.toHaveBeenCalled()
  })
  it('a schema that changes meanwhile is not accepted', async () => {
    const root = await editedTo(`${MAKE}; ${DETOUR}`)
    const meanwhile = async (): Promise<boolean> => {
      await changed(root, 'ALTER TABLE notes ADD COLUMN other')
      return true
    }
    confirm.mockImplementation(meanwhile as unknown as typeof confirm)
    const { exitCode, stderr } = await onTerminal(root, ['repair'])
    expect(exitCode).toBe(1)
    expect(stderr).toContain('✗ LEDGER_MOVED')
  })
})
