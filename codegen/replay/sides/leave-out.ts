// Takes out of a history the statements that the runtime would refuse, so that all the others can be replayed.
import type { MigrationSource, Registry, RegistryEntry } from '../../../src/model/registry.js'
import { sideOf } from '../../../src/plan/scripts.js'
import type { Direction } from '../../model/evidence.js'
import type { LeftOut } from '../../model/migration.js'

/** The same registry with blanks in their place, so that everything else stands where it stood. */
export const leaveOut = <H>(registry: Registry<H>, all: readonly LeftOut[] = []): Registry<H> =>
  registry.map((entry) => {
    const own = all.filter(({ version }) => version === entry.version)
    return own.length === 0 ? entry : { ...entry, source: without(entry, own) }
  })

function without<H>(entry: RegistryEntry<H>, own: readonly LeftOut[]): MigrationSource<H> {
  const side = (direction: Direction): MigrationSource<H>['up'] | undefined => {
    const side = sideOf(entry, direction)
    if (!side) return undefined
    if (!('scripts' in side)) return side.code.bind(side.owner)
    const left = own.filter((one) => one.direction === direction)
    return side.scripts.map((text, at) =>
      left.filter(({ script }) => script === at).reduce(blank, text),
    )
  }
  const down = side('down')
  return { up: side('up')!, ...(down !== undefined && { down }) }
}

const blank = (text: string, { start, end }: LeftOut): string =>
  text.slice(0, start) + text.slice(start, end).replace(/[^\n]/g, ' ') + text.slice(end)
