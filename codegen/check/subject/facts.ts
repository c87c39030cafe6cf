// The facts of one kind, each with the step that it belongs to.
import type { Fact } from '../../model/evidence.js'
import type { ReplayedStep, Subject } from './rule.js'

/** Facts of the kind `K`. */
export type FactOf<K extends Fact['kind']> = Extract<Fact, { readonly kind: K }>

/** A fact with its step. */
export interface StepFact<K extends Fact['kind']> {
  readonly step: ReplayedStep
  readonly fact: FactOf<K>
}

/** In order of version; nothing where nothing was replayed. */
export function* factsOf<K extends Fact['kind']>(
  { replay }: Subject,
  kind: K,
): Generator<StepFact<K>> {
  for (const step of replay?.steps ?? []) {
    for (const fact of factsIn(step, kind)) yield { step, fact }
  }
}

/** The facts of one kind that are known of a step. */
export const factsIn = <K extends Fact['kind']>(
  { facts }: Pick<ReplayedStep, 'facts'>,
  kind: K,
): FactOf<K>[] => facts.filter((fact): fact is FactOf<K> => fact.kind === kind)
