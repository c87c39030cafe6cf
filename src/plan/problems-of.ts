// The problems of a comparison, with the way back that an application has by itself. Pure.
import { databaseAhead } from '../errors/history.js'
import type { Problem } from '../model/report.js'
import { notKept, rollBackKept } from '../model/told-step.js'
import type { Comparison } from './compare.js'

interface Known {
  readonly keepDowns?: boolean | undefined
  /** The fix for being ahead, where it is not to run the newer application or to undo. */
  readonly aheadFix?: string
  /** What the application cannot undo: nothing is kept of it. */
  readonly unkept?: readonly number[]
}

/**
 * What the comparison found, and being ahead as well. With `keepDowns`, the fixes for what the code lacks name the version before
 * the lowest of that; an edited migration is none of it.
 */
export function problemsOf(
  { findings, ahead }: Pick<Comparison<never>, 'findings' | 'ahead'>,
  latest: number,
  { keepDowns, aheadFix, unkept }: Known,
): readonly Problem[] {
  const others = findings.filter(isAnother).map(({ facts }) => Number(facts?.['version']))
  const back = keepDowns ? rollBackKept(Math.min(...others, latest + 1) - 1) : undefined
  const way = unkept
    ? notKept(unkept)
    : aheadFix === undefined && back && `In an application, ${back}`
  const told = findings.map((one) =>
    way && isAnother(one) ? { ...one, fix: `${one.fix} ${way}` } : one,
  )
  if (ahead.length === 0) return told
  const run = back && `Run the newer application; or ${back}`
  return [...told, databaseAhead(ahead, latest, unkept ? notKept(unkept) : (aheadFix ?? run))]
}

const isAnother = ({ code }: Problem): boolean => code === 'HISTORY_ANOTHER'
