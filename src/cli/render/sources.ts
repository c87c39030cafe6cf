// Renders where the `down` of an applied version comes from. Pure.
import type { DownSource } from '../command/down-source.js'

/** One line for each. */
export const renderSources = (sources: readonly DownSource[]): string[] =>
  sources.map((source) => `${source.id} (${source.name}) ${describe(source)}.`)

function describe(source: DownSource): string {
  const { from, irreversible } = source
  if (from === 'code')
    return `was applied ${irreversible === undefined ? guessed(source) : withoutDown(irreversible)}: it is undone with the current down`
  const own =
    from === 'ledger' ? 'the one that the database has kept' : `that of ${placeOf(source)}`
  return `is not in the code as it was applied: ${irreversible === undefined ? `its down is ${own}` : `according to ${placeOf(source)}, it cannot be undone`}`
}

const guessed = ({ unbelieved }: DownSource): string =>
  `in another form, of which ${unbelieved ? 'no record is trusted with `CI` set' : 'there is no record'}`

/** Describes such a `down`. */
export const downOf = (source: DownSource): string =>
  source.from === 'ledger'
    ? 'the down that the database has kept'
    : `the down of ${placeOf(source)}`

function placeOf({ from, at = '', commit = '', ref }: DownSource): string {
  if (from === 'code') return 'the current code'
  if (from === 'record') return `the record of ${day(at)}`
  return ref ? shownRef(ref) : `commit ${commit.slice(0, 9)} of ${day(at)}`
}

/** Describes how a version was applied that cannot be undone. */
export const withoutDown = (irreversible: string): string =>
  irreversible === '' ? 'without a down' : `as irreversible (${irreversible})`

const shownRef = (ref: string): string => {
  const [, kind, name] = /^refs\/(heads|remotes|tags)\/(.*)$/s.exec(ref) ?? []
  if (name === undefined) return ref === 'HEAD' ? 'the last commit' : ref
  return `${kind === 'tags' ? 'tag' : 'branch'} ${name}`
}

/** As people write dates, on this machine's clock. */
const day = (at: string): string =>
  new Date(at).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })
