// How the command line is read: which command, which flags, and what is said about mistakes.
import { describe, expect, it } from 'vitest'
import { COMMANDS, findCommand } from '../../src/cli/command-table.js'
import { EXIT, exitCodeOf } from '../../src/cli/command/command.js'
import { FLAGS } from '../../src/cli/command/flags.js'
import { nearest } from '../../codegen/diagnostics/nearest.js'
import { parseArguments, type Parsed } from '../../src/cli/parse-arguments.js'
import { placeCommandFirst } from '../../src/cli/command/place-command-first.js'
import { errorOf } from '../support/error-of.js'
import { testSome } from '../support/some-of.js'

type Ask<A extends Parsed['asks']> = Extract<Parsed, { asks: A }>

/** The command, its words and its flags. */
function commandOf(...argv: string[]) {
  const parsed = parseArguments(argv, '1.2.3')
  expect(parsed.asks).toBe('command')
  const { command, words, flags } = parsed as Ask<'command'>
  return { name: command.name, words, flags }
}

/** The text that is to be printed. */
function textOf(...argv: string[]): string {
  const parsed = parseArguments(argv, '1.2.3')
  expect(parsed.asks).toBe('text')
  return (parsed as Ask<'text'>).text
}

describe('commands', () => {
  testSome([
    [[], 'status', [], {}],
    [['--json'], 'status', [], { json: true }],
    [['--db', 'migrate'], 'status', [], { db: 'migrate' }],
    [['--db', 'a.db', 'migrate'], 'migrate', [], { db: 'a.db' }],
    [['--db=a.db', 'up', '--to', '003'], 'migrate', [], { db: 'a.db', to: 3 }],
    [['run'], 'migrate', [], {}],
    [['apply'], 'migrate', [], {}],
    [['down', '--steps', '2'], 'rollback', [], { steps: 2 }],
    [['rollback', '--to', '0'], 'rollback', [], { to: 0 }],
    [['generate', '--check'], 'gen', [], { check: true }],
    [['new', 'add', 'users', '--sql'], 'create', ['add', 'users'], { sql: true }],
    [['-q', 'create', 'x'], 'create', ['x'], { quiet: true }],
    [['lint', '--format', 'sarif'], 'lint', [], { format: 'sarif' }],
  ])('%j is %s', (argv, name, words, flags) => {
    expect(commandOf(...argv)).toEqual({ name, words, flags })
  })

  it('have names and aliases that are theirs alone', () => {
    const names = COMMANDS.flatMap(({ name, aliases = [] }) => [name, ...aliases])
    expect(new Set(names).size).toBe(names.length)
    for (const name of names) expect(findCommand(name)).toBeDefined()
  })

  it('exist, each in a module of its own', async () => {
    for (const { load } of COMMANDS) expect(typeof (await load()).run).toBe('function')
  })

  it('say what a flag means where it means something else in each', () => {
    for (const { name, flags } of COMMANDS) {
      for (const entry of flags) {
        const meaning = typeof entry === 'string' ? FLAGS[entry].meaning : entry.meaning
        expect({ name, entry, meaning }).toMatchObject({ meaning: expect.stringMatching(/./) })
      }
    }
  })
})

testSome([
  [['statsu'], 'There is no command "statsu".', 'Did you mean `lockstep status`?'],
  [['rollbck'], 'There is no command "rollbck".', '`lockstep rollback`'],
  [['help', 'rollbck'], 'There is no command "rollbck".', '`lockstep rollback`'],
  [['help', 'migrate', 'foo'], `Too many arguments for 'help'`, 'lockstep --help'],
  [['help', 'help', 'foo'], `Too many arguments for 'help'`, 'lockstep --help'],
  [['help', 'zzz'], 'There is no command "zzz".', 'lockstep --help'],
  [['zzz'], 'There is no command "zzz".', 'lockstep --help'],
  [
    ['migrate', '--jsn'],
    `Unknown option '--jsn'.`,
    'Did you mean --json? See `lockstep migrate --help`.',
  ],
  [['migrate', '--to', 'x'], 'It must be a version, like 3 or 003.', 'lockstep migrate --help'],
  [['migrate', '--to', '-1'], 'It must be a version', 'lockstep migrate --help'],
  [
    ['rollback', '--steps', '0'],
    'It must be a whole number of at least 1.',
    'lockstep rollback --help',
  ],
  [['rollback', '--steps', '1.5'], 'It must be a whole number', 'lockstep rollback --help'],
  [
    ['lint', '--format', 'xml'],
    'Allowed choices are text, json, github, sarif.',
    'lockstep lint --help',
  ],
  [['create'], `Missing required argument 'words'.`, 'lockstep create --help'],
  [['status', 'now'], `Too many arguments for 'status'`, 'lockstep status --help'],
  [['gen', '--db', 'x'], `Unknown option '--db'.`, 'lockstep gen --help'],
  [['migrate', '--db'], 'argument missing', 'lockstep migrate --help'],
])('mistakes: %j', (argv, message, fix) => {
  const error = errorOf(() => parseArguments(argv, '1.2.3'))
  expect(error.code).toBe('USAGE_INVALID')
  expect(error.message).toContain(message)
  expect(error.fix).toContain(fix)
})

describe('help', () => {
  it('prints the version', () => {
    expect(textOf('--version')).toBe('1.2.3')
    expect(textOf('-V')).toBe('1.2.3')
  })

  it('reads as it was agreed', async () => {
    const pages = [textOf('--help'), ...COMMANDS.map(({ name }) => textOf(name, '--help'))]
    const golden = `${pages.join('\n\n────\n\n')}\n`
    await expect(golden).toMatchFileSnapshot('expected/help.txt')
  })

  it('of a command is the same by every way to ask for it', () => {
    expect(textOf('help', 'rollback')).toBe(textOf('rollback', '--help'))
    expect(textOf('rollback', '-h')).toBe(textOf('down', '--help'))
    expect(textOf('help')).toBe(textOf('--help'))
    expect(textOf('help', 'help')).toBe(textOf('--help'))
    expect(textOf('help', 'migrate')).toContain('Usage: lockstep migrate|run|apply|up [flags]')
  })
})

testSome([
  [
    ['--db', 'a', 'migrate', '--json'],
    ['migrate', '--db', 'a', '--json'],
  ],
  [
    ['--json', '--db', 'a'],
    ['status', '--json', '--db', 'a'],
  ],
  [['--help'], ['--help']],
  [
    ['--verbose', '--version'],
    ['--verbose', '--version'],
  ],
  [
    ['--json', '--', 'x'],
    ['status', '--json', '--', 'x'],
  ],
])('the place of the command: in %j', (argv, arranged) => {
  expect(placeCommandFirst(argv, 'status')).toEqual(arranged)
})

testSome([
  ['USAGE_INVALID', EXIT.usage],
  ['CONFIG_UNLOADABLE', EXIT.usage],
  ['TARGET_UNKNOWN', EXIT.usage],
  ['DATABASE_UNSET', EXIT.usage],
  ['RESET_UNCONFIRMED', EXIT.usage],
  ['ROLLBACK_UNCONFIRMED', EXIT.usage],
  ['REDO_UNCONFIRMED', EXIT.usage],
  ['DATABASE_BUSY', EXIT.failed],
  ['MIGRATION_FAILED', EXIT.failed],
  ['COMMAND_UNEXPECTED', EXIT.failed],
  ['RUN_ABORTED', EXIT.interrupted],
  ['RUN_KILLED', EXIT.interrupted],
  ['COMMAND_INTERRUPTED', EXIT.interrupted],
])('exit codes: of %s', (code, exitCode) => expect(exitCodeOf(code)).toBe(exitCode))

testSome([
  ['migrat', 'migrate'],
  ['MIGRATE', 'migrate'],
  ['xyz', null],
  ['', null],
])('the word that was meant: by %j is %s', (word, meant) => {
  expect(nearest(word, ['migrate', 'rollback'])).toBe(meant)
})

testSome([['--base='], ['--base', ''], ['--base= ']])('--base: is not empty: %j', (...flag) => {
  const { code, message } = errorOf(() => parseArguments(['check', ...flag], '1.2.3'))
  expect(code).toBe('USAGE_INVALID')
  expect(message).toMatch(/--base <ref>.*It is empty\./)
})
