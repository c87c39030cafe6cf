// Turns findings about several histories into diagnostics. Pure.
import type { Proof } from '../model/evidence.js'
import type { Diagnostic } from '../model/diagnostic.js'
import type { RegistryItem } from '../model/registry-item.js'
import { changePlace, needPlace } from './process/needs-places.js'
import { needsOrder, needsTooLow, otherChanged } from './process/needs-problems.js'

/** Reports changes of other histories' objects at the statement, and problems with what a version needs at the need. */
export const changesOfOthers = (
  { versions }: Pick<Proof, 'versions'>,
  items: readonly RegistryItem[],
): Diagnostic[] =>
  versions.flatMap(({ facts }, index) =>
    facts.flatMap((fact) => {
      if (fact.kind !== 'other-changed' && fact.kind !== 'order-matters') return []
      const { migration } = items.find((item) => item.migration.version === fact.version) ?? {}
      if (!migration) return []
      if (fact.kind === 'other-changed')
        return [otherChanged(changePlace(migration, fact.object), fact)]
      // A finding about the whole history is established anew with its last version.
      if (index < versions.length - 1) return []
      const { way, other } = fact
      const at = needPlace(migration, other)
      return [way === 'needed' ? needsTooLow(at, fact) : needsOrder(at, { ...fact, way })]
    }),
  )
