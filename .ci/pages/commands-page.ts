// Renders the page of all commands and the short table in the README, both from the program's command table.
import { COMMANDS } from '../../src/cli/command-table.js'
import type { CommandDefinition } from '../../src/cli/command/command.js'
import { FLAGS } from '../../src/cli/command/flags.js'
import { GENERATED } from './notice.js'

/** Markdown with every command: its purpose, flags and examples. */
export const commandsPage = (): string =>
  [
    '# Commands',
    GENERATED,
    'Run `lockstep <command>`; without a command, it runs `lockstep status`. Flags win over the environment variable ' +
      '`LOCKSTEP_DATABASE`, which wins over the configuration file. Errors go to the standard error stream; `--json` prints ' +
      'exactly one JSON document to the standard output.',
    EXIT_CODES,
    ...COMMANDS.flatMap(commandSection),
  ].join('\n\n')

const EXIT_CODES = [
  '| Exit code | Means |',
  '| --- | --- |',
  '| 0 | done |',
  '| 1 | failed, or problems found |',
  '| 2 | wrong usage or settings |',
  '| 3 | pending migrations (only `status --check`) |',
  '| 130 | interrupted |',
].join('\n')

function commandSection(command: CommandDefinition): string[] {
  const { aliases = [], summary, flags, examples } = command
  const also = aliases.length === 0 ? [] : [`Also: ${aliases.map(inCode).join(', ')}.`]
  return [
    `## ${usage(command)}`,
    `${summary[0]?.toUpperCase()}${summary.slice(1)}.`,
    ...also,
    flags.map(flagItem).join('\n'),
    ['```sh', ...examples.map(([line, meaning]) => `${line} # ${meaning}`), '```'].join('\n'),
  ]
}

function flagItem(flag: CommandDefinition['flags'][number]): string {
  const own = typeof flag === 'string' ? { flag, meaning: undefined } : flag
  const { spelling, meaning, choices } = FLAGS[own.flag]
  const values = choices ? ` (${choices.map(inCode).join(', ')})` : ''
  return `- \`${spelling}\`: ${own.meaning ?? meaning}${values}`
}

/** A Markdown table with one line for each command. */
export const commandTable = (): string =>
  [
    '| Command | Does |',
    '| --- | --- |',
    ...COMMANDS.map(
      (command) =>
        `| ${[usage(command), ...(command.aliases ?? []).map(inCode)].join(', ')} | ${command.summary} |`,
    ),
  ].join('\n')

const usage = ({ name, words }: CommandDefinition): string =>
  inCode(words ? `${name} ${words.spelling}` : name)

const inCode = (text: string): string => `\`${text}\``
