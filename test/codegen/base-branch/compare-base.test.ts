// What a branch may and may not do to the migrations of its base branch.
import { describe, expect, test } from 'vitest'
import { readsWell } from '../../support/error-of.js'
import { repository, table, type TestRepository } from './repository.js'

const CLASS = `import { Migration, type Handle } from 'lockstep/better-sqlite3'
import { name } from './_names.js'

export default class AddC extends Migration {
  version = '003'
  up(db: Handle) {
    db.exec(\`CREATE TABLE \${name} (id INTEGER)\`)
  }
  down(db: Handle) {
    db.exec(\`DROP TABLE \${name}\`)
  }
}
`
const MAIN = {
  'migrations/_names.ts': "export const name = 'c'\n",
  'migrations/001_a.sql': table('a'),
  'migrations/002_b.ts': `export const up = 'CREATE TABLE b (id INTEGER PRIMARY KEY)'\nexport const down = 'DROP TABLE b'\n`,
  'migrations/003_c.ts': CLASS,
}
const CONFIGURED = { 'lockstep.config.json': '{}' }
const onMain = (): TestRepository => repository(MAIN)

describe('what passes', () => {
  test('nothing done, and a new migration after the last one', async () => {
    const repo = onMain()
    expect(await repo.found()).toEqual([])
    repo.write({ 'migrations/004_d.sql': table('d') })
    expect(await repo.found()).toEqual([])
    repo.commit()
    expect(await repo.found()).toEqual([])
  })

  test('cosmetic edits: comments, line ends, formatting', async () => {
    const repo = onMain()
    repo.write({
      'migrations/001_a.sql': `-- People\r\n${table('a').replaceAll('\n', '\r\n')}`,
      'migrations/002_b.ts': `// Better\n${MAIN['migrations/002_b.ts'].replaceAll("'", '"')}`,
      'migrations/003_c.ts': CLASS.replaceAll('  ', '    '),
    })
    expect(await repo.found()).toEqual([])
  })

  test('another form with the same meaning', async () => {
    const repo = onMain()
    repo.remove('migrations/002_b.ts')
    repo.write({
      'migrations/002_b.up.sql': 'create table b (id INTEGER PRIMARY KEY);\n',
      'migrations/002_b.down.sql': 'DROP TABLE b;\n',
    })
    expect(await repo.found()).toEqual([])
  })

  test('`effects`, stated and taken away', async () => {
    const text = (option: string): string => `import { send } from 'mail'
export const irreversible = 'sent'
${option}
export function up(db: any) {
  send(db)
}
`
    const stated = text("export const effects = 'sends'")
    const repo = repository({
      ...CONFIGURED,
      'migrations/001_a.ts': text(''),
      'migrations/002_b.ts': stated,
    })
    repo.write({ 'migrations/001_a.ts': stated, 'migrations/002_b.ts': text('') })
    expect(await repo.found()).toEqual([])
    repo.write({ 'migrations/001_a.ts': stated.replace('send(db)', 'send(1)') })
    expect(await repo.found()).toEqual(['BASE_EDITED migrations/001_a.ts:4'])
  })

  test('a file that was broken on the base branch may be fixed', async () => {
    const repo = repository({ ...CONFIGURED, 'migrations/001_a.ts': 'export const up = (\n' })
    repo.write({ 'migrations/001_a.ts': MAIN['migrations/002_b.ts'] })
    expect(await repo.found()).toEqual([])
  })

  test('no folder at the base: everything is new', async () => {
    const repo = repository({ 'README.md': 'x' })
    repo.write(MAIN)
    expect(await repo.found()).toEqual([])
  })

  test('what the base branch has added meanwhile, once it is merged', async () => {
    const repo = onMain()
    repo.git('checkout', '-q', 'main')
    repo.commit({ 'migrations/004_x.sql': table('x') })
    repo.git('checkout', '-q', 'work')
    repo.commit({ 'migrations/005_y.sql': table('y') })
    repo.git('merge', '-q', 'main')
    expect(await repo.found()).toEqual([])
  })
})

describe('what does not', () => {
  test('an edit, at the line of up; a number, and what to do', async () => {
    const repo = onMain()
    repo.write({ 'migrations/001_a.sql': table('a').replace('KEY)', 'KEY, x TEXT)') })
    const [edited, ...others] = await repo.compare()
    expect(others).toEqual([])
    expect(edited).toMatchObject({ code: 'BASE_EDITED', severity: 'error' })
    expect(edited).toMatchObject({ file: 'migrations/001_a.sql', line: 2 })
    expect(edited!.message).toContain('001 (a) does something other than on main')
    const sha = repo.git('rev-parse', 'main').slice(0, 12)
    expect(edited!.fix).toContain(`git checkout ${sha} -- migrations/001_a.sql`)
    readsWell({ ...edited!, message: edited!.message.replace(/^migrations/, 'Migrations') })
  })

  test('an edit of a helper, told at the migration that uses it', async () => {
    const repo = onMain()
    repo.write({ 'migrations/_names.ts': "export const name = 'see'\n" })
    const found = await repo.compare()
    expect(found).toMatchObject([{ code: 'BASE_EDITED', file: 'migrations/003_c.ts' }])
    expect(found[0]!.message).toContain('a `_*` file that it uses has changed')
    const sha = repo.git('rev-parse', 'main').slice(0, 12)
    expect(found[0]!.fix).toBe(
      `Put migrations/_names.ts back with \`git checkout ${sha} -- migrations/_names.ts\`, and make the change in a new migration.`,
    )
  })

  test('an edit that nothing but an option makes', async () => {
    const repo = onMain()
    repo.write({
      'migrations/002_b.ts': `${MAIN['migrations/002_b.ts']}export const transaction = false\n`,
    })
    expect(await repo.found()).toEqual(['BASE_EDITED migrations/002_b.ts:1'])
  })

  test('another down is a warning, which settings may change', async () => {
    const repo = onMain()
    repo.write({
      'migrations/001_a.sql': table('a').replace('DROP TABLE a', 'DROP TABLE IF EXISTS a'),
    })
    expect(await repo.compare()).toMatchObject([{ code: 'BASE_DOWN_CHANGED', severity: 'warning' }])
    expect(await repo.found('main', { rules: { BASE_DOWN_CHANGED: 'off' } })).toEqual([])
    const [error] = await repo.compare('main', { rules: { BASE_DOWN_CHANGED: 'error' } })
    expect(error).toMatchObject({ severity: 'error' })
  })

  test('another name', async () => {
    const repo = onMain()
    repo.move('migrations/002_b.ts', 'migrations/002_bb.ts')
    expect(await repo.found()).toEqual(['BASE_RENAMED migrations/002_bb.ts:1'])
  })

  test('another number', async () => {
    const repo = onMain()
    repo.move('migrations/002_b.ts', 'migrations/004_b.ts')
    expect(await repo.found()).toEqual(['BASE_RENUMBERED migrations/004_b.ts:1'])
  })

  test('another number and an edit are two findings', async () => {
    const repo = onMain()
    repo.remove('migrations/002_b.ts')
    repo.write({ 'migrations/004_b.sql': table('bee') })
    expect(await repo.found()).toEqual([
      'BASE_RENUMBERED migrations/004_b.sql:1',
      'BASE_EDITED migrations/004_b.sql:2',
    ])
  })

  test('one squeezed in between, which moves the released ones', async () => {
    const repo = onMain()
    repo.move('migrations/002_b.ts', 'migrations/004_b.ts')
    repo.write({ 'migrations/002_new.sql': table('n') })
    expect(await repo.found()).toEqual([
      'BASE_NUMBER_TAKEN migrations/002_new.sql:1',
      'BASE_RENUMBERED migrations/004_b.ts:1',
    ])
  })

  test('a deleted one, with what has its number now', async () => {
    const repo = onMain()
    repo.remove('migrations/002_b.ts')
    expect(await repo.found()).toEqual(['BASE_DELETED migrations/002_b.ts:1'])
    repo.write({ 'migrations/002_other.sql': table('o') })
    const found = await repo.compare()
    expect(found).toMatchObject([{ code: 'BASE_DELETED', file: 'migrations/002_other.sql' }])
    expect(found[0]!.message).toContain('other has its number')
  })

  test('the whole folder deleted', async () => {
    const repo = onMain()
    repo.remove('migrations')
    expect(await repo.found()).toEqual([
      'BASE_DELETED migrations/001_a.sql:1',
      'BASE_DELETED migrations/002_b.ts:1',
      'BASE_DELETED migrations/003_c.ts:1',
    ])
  })

  test('an edit in the middle of a list, at its element', async () => {
    const list = (second: string): string =>
      `export default [\n  { version: 1, sql: 'CREATE TABLE a (x)', down: 'DROP TABLE a' },\n  { version: 2, sql: '${second}', down: 'DROP TABLE b' },\n]\n`
    const repo = repository({
      ...CONFIGURED,
      'migrations/001-002_list.ts': list('CREATE TABLE b (x)'),
    })
    repo.write({ 'migrations/001-002_list.ts': list('CREATE TABLE b (y)') })
    expect(await repo.found()).toEqual(['BASE_EDITED migrations/001-002_list.ts:3'])
  })

  test('no comment switches them off', async () => {
    const repo = onMain()
    const comment = '-- lockstep-ignore BASE_EDITED: we know better\n'
    repo.write({ 'migrations/001_a.sql': comment + table('aa') })
    expect(await repo.found('main', { rules: { BASE_EDITED: 'off' } })).toEqual([
      'BASE_EDITED migrations/001_a.sql:3',
    ])
  })
})

describe('numbers', () => {
  const bothAdd = (theirs: string, mine: string): TestRepository => {
    const repo = onMain()
    repo.git('checkout', '-q', 'main')
    repo.commit({ [`migrations/${theirs}`]: table('theirs') })
    repo.git('checkout', '-q', 'work')
    repo.commit({ [`migrations/${mine}`]: table('mine') })
    return repo
  }

  test('one that the base branch has taken meanwhile, before and after the merge', async () => {
    const repo = bothAdd('004_theirs.sql', '004_mine.sql')
    const taken = ['BASE_NUMBER_TAKEN migrations/004_mine.sql:1']
    expect(await repo.found()).toEqual(taken)
    const [{ message, fix } = { message: '', fix: '' }] = await repo.compare()
    expect(message).toContain('belongs to theirs on main (migrations/004_theirs.sql)')
    expect(fix).toContain('`lockstep renumber --base main`')
    const config = { file: `${repo.root}/lockstep.config.json`, database: 'cache' }
    const [named] = await repo.compare('main', { config })
    expect(named?.fix).toContain('`lockstep renumber --base main --name cache`')
    repo.git('merge', '-q', 'main')
    expect(await repo.found()).toEqual(taken)
  })

  test('the same file added on both branches with another content', async () => {
    const repo = onMain()
    repo.git('checkout', '-q', 'main')
    repo.commit({ 'migrations/004_x.sql': table('theirs') })
    repo.git('checkout', '-q', 'work')
    repo.commit({ 'migrations/004_x.sql': table('mine') })
    expect(await repo.found()).toEqual(['BASE_NUMBER_TAKEN migrations/004_x.sql:1'])
  })

  test('the number of a pair is that of its `up`', async () => {
    const repo = onMain()
    repo.git('checkout', '-q', 'main')
    repo.commit({
      'migrations/004_t.down.sql': 'DROP TABLE t;',
      'migrations/004_t.up.sql': table('t'),
    })
    repo.git('checkout', '-q', 'work')
    repo.commit({ 'migrations/004_x.sql': table('mine') })
    const [found] = await repo.compare()
    expect(found?.message).toContain('(migrations/004_t.up.sql)')
  })

  test('the same migration on both branches is one', async () => {
    const repo = onMain()
    repo.git('checkout', '-q', 'main')
    repo.commit({ 'migrations/004_x.sql': table('x') })
    repo.git('checkout', '-q', 'work')
    repo.commit({ 'migrations/004_x.sql': `-- picked\n${table('x')}` })
    expect(await repo.found()).toEqual([])
  })

  test('the one of the base branch moved instead of the own one', async () => {
    const repo = bothAdd('004_theirs.sql', '004_mine.sql')
    repo.git('merge', '-q', '--no-commit', 'main')
    repo.move('migrations/004_theirs.sql', 'migrations/005_theirs.sql')
    expect(await repo.found()).toEqual(['BASE_NUMBER_TAKEN migrations/004_mine.sql:1'])
    repo.git('add', '-A')
    repo.git('commit', '-q', '-m', 'merge')
    expect(await repo.found()).toEqual([
      'BASE_NUMBER_TAKEN migrations/004_mine.sql:1',
      'BASE_RENUMBERED migrations/005_theirs.sql:1',
    ])
  })

  test('one below the last, where the base branch left a gap', async () => {
    const repo = repository({
      'migrations/001_a.sql': table('a'),
      'migrations/003_c.sql': table('c'),
    })
    repo.write({ 'migrations/002_b.sql': table('b') })
    expect(await repo.found()).toEqual(['BASE_NUMBER_PASSED migrations/002_b.sql:1'])
  })
})

describe('what the base branch has dropped since', () => {
  const droppedOnMain = (): TestRepository => {
    const repo = onMain()
    repo.commit({ 'migrations/004_x.sql': table('x') })
    repo.git('branch', '-f', 'main')
    repo.commit({ 'migrations/005_mine.sql': table('mine') })
    repo.git('checkout', '-q', 'main')
    repo.remove('migrations/004_x.sql')
    repo.commit()
    repo.git('checkout', '-q', 'work')
    return repo
  }

  test('leaves a gap before a new one', async () => {
    const [found, ...others] = await droppedOnMain().compare()
    expect(others).toEqual([])
    expect(found).toMatchObject({
      code: 'BASE_DROPPED',
      severity: 'error',
      file: 'migrations/005_mine.sql',
    })
    expect(found!.message).toContain('comes after migrations/004_x.sql, which main had')
    expect(found!.fix).toContain('Merge or rebase main')
  })

  test('is not missing while it is merged, and its number is free', async () => {
    const repo = droppedOnMain()
    repo.git('merge', '-q', '--no-commit', 'main')
    expect(await repo.found()).toEqual([])
    repo.move('migrations/005_mine.sql', 'migrations/004_mine.sql')
    expect(await repo.found()).toEqual([])
    repo.commit()
    expect(await repo.found()).toEqual([])
  })

  test('does not matter where the base branch has another one in its place, or nothing is new', async () => {
    const repo = droppedOnMain()
    repo.git('checkout', '-q', 'main')
    repo.commit({ 'migrations/004_y.sql': table('y') })
    repo.git('checkout', '-q', 'work')
    expect(await repo.found()).toEqual([])
    repo.git('checkout', '-q', 'main')
    repo.remove('migrations/004_y.sql')
    repo.commit()
    repo.git('checkout', '-q', 'work')
    repo.remove('migrations/005_mine.sql')
    expect(await repo.found()).toEqual([])
  })

  test('is found where it has moved its folder, and not told of one that is gone', async () => {
    const repo = droppedOnMain()
    repo.git('checkout', '-q', 'main')
    repo.move('migrations', 'db')
    repo.commit()
    repo.git('checkout', '-q', 'work')
    expect(await repo.found()).toEqual(['BASE_DROPPED migrations/005_mine.sql:1'])
    repo.git('checkout', '-q', 'main')
    repo.remove('db')
    repo.commit()
    repo.git('checkout', '-q', 'work')
    expect(await repo.found()).toEqual([])
  })
})

test('a list that has grown: is told to give the new one a file of its own', async () => {
  const list = (...names: string[]): string =>
    `export default [${names.map((name, index) => `{ version: ${index + 4}, name: '${name}', sql: 'CREATE TABLE ${name} (x TEXT)', down: 'DROP TABLE ${name}' }`).join(', ')}]\n`
  const repo = onMain()
  repo.commit({ 'migrations/004-005_list.ts': list('four', 'five') })
  repo.git('branch', '-f', 'main')
  repo.git('checkout', '-q', 'main')
  repo.commit({ 'migrations/006_theirs.sql': table('theirs') })
  repo.git('checkout', '-q', 'work')
  repo.move('migrations/004-005_list.ts', 'migrations/004-006_list.ts')
  repo.commit({ 'migrations/004-006_list.ts': list('four', 'five', 'six') })
  const [taken, ...others] = await repo.compare()
  expect(others).toEqual([])
  expect(taken).toMatchObject({
    code: 'BASE_NUMBER_TAKEN',
    fix: expect.stringMatching(/holds released migrations as well.* into a file of its own/),
  })
})

describe('the folder', () => {
  test('that was moved is compared with where it was, and that is said', async () => {
    const repo = onMain()
    repo.move('migrations', 'db/migrations')
    const settings = { migrations: `${repo.root}/db/migrations` }
    expect(await repo.compare('main', settings)).toMatchObject([
      { code: 'BASE_FOLDER_MOVED', severity: 'info', file: 'db/migrations' },
    ])
    repo.write({ 'db/migrations/001_a.sql': table('aa') })
    expect(await repo.found('main', settings)).toEqual([
      'BASE_FOLDER_MOVED db/migrations:1',
      'BASE_EDITED db/migrations/001_a.sql:2',
    ])
  })

  test('of another package with the same file names is not taken for it', async () => {
    const repo = repository({ 'one/migrations/001_a.sql': table('a') })
    repo.write({ 'two/migrations/001_a.sql': table('z') })
    expect(await repo.found('main', { migrations: `${repo.root}/two/migrations` })).toEqual([])
  })

  test('may lie above the project, and have links to files', async () => {
    const repo = repository({ 'app/package.json': '{}', 'db/shared.sql': table('a') })
    repo.git('config', 'core.symlinks', 'true')
    const { symlinkSync, mkdirSync } = await import('node:fs')
    mkdirSync(`${repo.root}/db/migrations`)
    symlinkSync('../shared.sql', `${repo.root}/db/migrations/001_a.sql`)
    repo.commit()
    repo.git('branch', '-f', 'main')
    const settings = { root: `${repo.root}/app`, migrations: `${repo.root}/db/migrations` }
    expect(await repo.found('main', settings)).toEqual([])
    repo.write({ 'db/shared.sql': table('b') })
    expect(await repo.found('main', settings)).toEqual(['BASE_EDITED ../db/migrations/001_a.sql:2'])
  })
})
