// Lists migrations by name, for a question. Pure.
import { versionId } from '../../model/version.js'

interface Named {
  readonly version: number
  readonly name: string
}

/** `003 (a)`, `003 (a) and 002 (b)`, or `009 (x) down to 002 (b)`; empty for none. */
export function namedSteps(steps: readonly Named[]): string {
  const names = steps.map(({ version, name }) => `${versionId(version)} (${name})`)
  return names.length > 2 ? `${names[0]} down to ${names.at(-1)}` : names.join(' and ')
}
