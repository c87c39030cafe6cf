// Adds flags to the commands that messages suggest, so that copied as they are they go to the same database. Pure.
import { completeCommands, saysHistory } from '../model/advised-commands.js'
import type { CommandDefinition } from './command/command.js'
import { COMMANDS } from './command-table.js'
import type { Flags } from './command/flags.js'

/** The flags that select a database. */
const CARRIED = ['config', 'name', 'db'] as const
type Carried = (typeof CARRIED)[number]

/** Returns a function that adds to each command in a text those of these flags that it accepts and lacks. */
export function carryFlags(flags: Flags): (text: string) => string {
  const given = CARRIED.filter((flag) => flags[flag] !== undefined)
  if (given.length === 0) return (text) => text
  return (text) =>
    completeCommands(text, (name, rest) => {
      const command = COMMANDS.find((one) => one.name === name || one.aliases?.includes(name))
      return given
        .filter((flag) => command && takes(command, flag) && !has(rest, flag))
        .map((flag) => ` --${flag} ${shellWord(flags[flag] ?? '')}`)
        .join('')
    })
}

const has = (rest: string, flag: Carried): boolean =>
  flag === 'name' ? saysHistory(rest) : new RegExp(`--${flag}\\b`).test(rest)

const takes = ({ flags }: CommandDefinition, flag: Carried): boolean =>
  flags.some((one) => (typeof one === 'string' ? one : one.flag) === flag)

/** In double quotes, which every shell knows, if these are enough. */
function shellWord(text: string): string {
  if (/^[\w@%+=:,./\\-]+$/.test(text) && !text.includes('\\')) return text
  return /["$`!\\]/.test(text) ? `'${text.replaceAll("'", String.raw`'\''`)}'` : `"${text}"`
}
