// What a build knows about its migrations after replay. Types only.
import type { Drafts } from './find-drafts.js'
import type { Proof } from './model/evidence.js'
import type { RegistryItem } from './model/registry-item.js'
import type { LintResult } from './model/result.js'
import type { ScaledStep } from './model/scaled-step.js'
import type { SnapshotProof } from './model/snapshot-proof.js'

/** The migrations with all their problems, and what was proven about them. */
export interface ProvenReading extends LintResult {
  /** Empty if an error keeps the migrations from forming a history. */
  readonly items: readonly RegistryItem[]
  /** Null without replay, or if it was impossible. */
  readonly proof: Proof | null
  /** Files, absolute, that the proof depends on besides the migrations folder. */
  readonly consulted: readonly string[]
  /** How many versions of the proof, from version 1 on, come from the cache. */
  readonly known: number
  /** How long its newest steps take on more rows, if the settings ask for that. */
  readonly scaled: readonly ScaledStep[]
  /** The snapshot for new databases, if the settings ask for it. */
  readonly snapshot: SnapshotProof | null
  /** The migrations that are not written yet, left out with all after them. */
  readonly drafts: Drafts
  /** The codes of the errors that prevented or ended a requested replay. */
  readonly obstacles: readonly string[]
}
