// Where the `down` of what was applied comes from, as a person reads it. Pure.
import type { DownSource } from '../command/down-source.js'

/** One line for each. */
export const renderSources = (sources: readonly DownSource[]): string[] =>
  sources.map((source) => `${source.id} (${source.name}) ${describe(source)}.`)

function describe({ from, at = '', commit = '', ref, irreversible }: DownSource): string {
  if (irreversible !== undefined)
    return `was applied ${withoutDown(irreversible)}: its down is the one that the code has now`
  if (from === 'code')
    return 'was applied as something else, of which there is no record: its down is the one that the code has now'
  const place =
    from === 'record'
      ? `the record of ${day(at)}`
      : ref
        ? shownRef(ref)
        : `commit ${commit.slice(0, 9)} of ${day(at)}`
  return `is not in the code as it was applied: its down is that of ${place}`
}

/** How it was applied that cannot be undone as it was. */
export const withoutDown = (irreversible: string): string =>
  irreversible === '' ? 'without a down' : `as irreversible (${irreversible})`

const shownRef = (ref: string): string => {
  const [, kind, name] = /^refs\/(heads|remotes|tags)\/(.*)$/s.exec(ref) ?? []
  if (name === undefined) return ref === 'HEAD' ? 'the last commit' : ref
  return `${kind === 'tags' ? 'tag' : 'branch'} ${name}`
}

/** As a person dates it, on this machine's clock. */
const day = (at: string): string =>
  new Date(at).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })
