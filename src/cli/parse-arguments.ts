// Parses the command line with commander into a command with words and flags, or a text to print. Does nothing else.
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { usageInvalid } from '../errors/command-line.js'
import { LockstepError } from '../errors/lockstep-error.js'
import type { CommandDefinition } from './command/command.js'
import { COMMANDS, DEFAULT_COMMAND, findCommand } from './command-table.js'
import { FLAGS, type FlagDefinition, type Flags } from './command/flags.js'
import { nearest } from '../../codegen/diagnostics/nearest.js'
import { placeCommandFirst } from './command/place-command-first.js'
import { splitTarget } from './command/split-target.js'

/** What the arguments request: a command, or a text (help, the package's version) to print. */
export type Parsed =
  | {
      readonly asks: 'command'
      readonly command: CommandDefinition
      readonly words: readonly string[]
      readonly flags: Flags
    }
  | { readonly asks: 'text'; readonly text: string }

/** Parses the arguments after the program's name. Throws `USAGE_INVALID` for an invalid command line. */
export function parseArguments(argv: readonly string[], packageVersion: string): Parsed {
  const placed = placeCommandFirst(splitTarget(argv), DEFAULT_COMMAND)
  // Help is listed among the commands, and has its own help like one.
  const arranged = placed[0] === 'help' && placed[1] === 'help' ? ['help'] : placed
  refuseMore(placed)
  let parsed: Parsed | null = null
  let text = ''
  const program = buildProgram(packageVersion, (choice) => (parsed = choice))
  const output = { writeOut: (part: string) => (text += part), writeErr: () => {} }
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({ ...output, outputError: () => {} })
  }
  try {
    program.parse(arranged, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return { asks: 'text', text: text.trimEnd() }
    throw new LockstepError(complaint(error, arranged))
  }
  return parsed ?? { asks: 'text', text: text.trimEnd() }
}

/** Commander explains the first command and silently ignores the rest. */
function refuseMore([first, ...rest]: readonly string[]): void {
  const words = rest.filter((word) => !word.startsWith('-'))
  if (first !== 'help' || words.length <= 1) return
  const message = `Too many arguments for 'help'. Expected 1 argument but got ${words.length}.`
  throw new LockstepError(usageInvalid(message, 'See `lockstep --help`.'))
}

function buildProgram(packageVersion: string, choose: (choice: Parsed) => void): Command {
  const program = new Command('lockstep')
    .description('Your schema and your code, in lockstep: migrations for SQLite.')
    .usage('<command> [flags]')
    .configureHelp(HELP)
    .version(packageVersion, '-V, --version', "print Lockstep's version")
    .helpCommand('help [command]', 'explain a command')
    .addHelpText('after', GENERAL_HELP)
  for (const definition of COMMANDS) program.addCommand(buildCommand(definition, choose))
  return program
}

function buildCommand(definition: CommandDefinition, choose: (choice: Parsed) => void): Command {
  const { name, aliases = [], summary, words, examples } = definition
  const command = new Command(name).aliases(aliases).description(sentence(summary)).summary(summary)
  command.configureHelp(HELP).usage(words ? `${words.spelling} [flags]` : '[flags]')
  if (words) command.argument(words.spelling, words.meaning)
  for (const entry of definition.flags) command.addOption(buildOption(entry))
  const shown = examples.map(([line, meaning]) => `  $ ${line}\n      ${meaning}`)
  command.addHelpText('after', `\nExamples:\n${shown.join('\n')}`)
  return command.action(() =>
    choose({ asks: 'command', command: definition, words: command.args, flags: command.opts() }),
  )
}

function buildOption(entry: CommandDefinition['flags'][number]): Option {
  const name = typeof entry === 'string' ? entry : entry.flag
  const flag = FLAGS[name]
  const option = new Option(flag.spelling, typeof entry === 'string' ? flag.meaning : entry.meaning)
  // Otherwise commander would turn `--no-color` into a flag `color` that is always set.
  option.negate = false
  if (flag.choices) option.choices(flag.choices)
  if (flag.number) option.argParser((text) => readNumber(text, flag))
  if (flag.filled) option.argParser(readFilled)
  return option
}

function readFilled(text: string): string {
  if (text.trim() !== '') return text
  throw new InvalidArgumentError('It is empty.')
}

function readNumber(text: string, { number }: FlagDefinition): number {
  const value = Number(text)
  if (/^\d{1,9}$/.test(text) && (number === 'version' || value > 0)) return value
  const wanted = number === 'version' ? 'a version, like 3 or 003' : 'a whole number of at least 1'
  throw new InvalidArgumentError(`It must be ${wanted}.`)
}

/** Converts commander's complaint into one of our errors. An unknown command is compared with all names. */
function complaint(error: CommanderError, argv: readonly string[]) {
  // `help foo` fails like a requested help, without mentioning foo.
  const isHelp = error.code === 'commander.help'
  const [word = ''] = isHelp ? argv.slice(1) : argv
  const command = findCommand(word)
  if (!command && (isHelp || error.code === 'commander.unknownCommand')) return unknownCommand(word)
  // Commander puts a suggestion on a separate line, in parentheses.
  const [message = '', guess] = error.message.replace(/^error: /, '').split('\n')
  const help = `See \`lockstep${command ? ` ${command.name}` : ''} --help\`.`
  return usageInvalid(sentence(message), guess ? `${guess.replace(/[()]/g, '')} ${help}` : help)
}

function unknownCommand(word: string) {
  const names = COMMANDS.flatMap(({ name, aliases = [] }) => [name, ...aliases])
  const meant = nearest(word, names)
  const hint = meant ? `Did you mean \`lockstep ${meant}\`? ` : ''
  return usageInvalid(
    `There is no command ${JSON.stringify(word)}.`,
    `${hint}See \`lockstep --help\` for all commands.`,
  )
}

function sentence(text: string): string {
  const first = text.slice(0, 1).toUpperCase() + text.slice(1)
  return /[.?!]$/.test(first) ? first : `${first}.`
}

const HELP = {
  minWidthToWrap: 24,
  commandUsage: (command: Command): string =>
    [command.parent?.name(), [command.name(), ...command.aliases()].join('|'), command.usage()]
      .filter(Boolean)
      .join(' '),
  subcommandTerm: (command: Command): string => [command.name(), ...command.aliases()].join(', '),
  styleTitle: (title: string): string => (title === 'Options:' ? 'Flags:' : title),
}

const GENERAL_HELP = `
Without a command, the status is printed. Flags may come before or after the command.
Settings come from flags, then LOCKSTEP_DATABASE, then lockstep.config.ts (or .js, .json, or package.json).

Exit codes:
  0    done
  1    failed, or problems found
  2    wrong usage or settings
  3    migrations are pending (status --check)
  130  interrupted`
