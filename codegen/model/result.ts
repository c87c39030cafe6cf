// The results of the build's entry points. Types only.
import type { Diagnostic } from './diagnostic.js'
import type { ScaledStep } from './scaled-step.js'
import type { Pins } from './registry-item.js'

/** The findings of the static rules. */
export interface LintResult {
  /** Whether there is no error among the diagnostics. */
  readonly ok: boolean
  /** Sorted by file, line and column. */
  readonly diagnostics: readonly Diagnostic[]
  readonly migrations: number
  /** The newest version, 0 for an empty folder. */
  readonly head: number
}

/** How to generate. */
export interface GenerateOptions {
  /** With false nothing is written, and a generated file that is missing, stale or edited is an error. */
  readonly write: boolean
  /** Called with the findings for each version; not if nothing has changed, since the registry on disk then says it. */
  readonly onPins?: (pins: Pins) => void
}

/** An object, the file that creates it first, and whether it exists at the end. */
export interface MadeObject {
  readonly file: string
  readonly stays: boolean
}

/** What a history creates. */
export interface Made {
  /** By object, such as `table users`; empty if nothing is proven. */
  readonly objects: Readonly<Record<string, MadeObject>>
  /** The other histories that its migrations need. */
  readonly needs: readonly string[]
}

/** The result of generating; `ok` means that the generated files are now up to date. */
export interface GenerateResult extends LintResult {
  /** How many versions could be applied in replay; 0 without it. */
  readonly replayed: number
  /** How many of them were replayed in this run; the others come from the cache of an earlier one. */
  readonly replayedNow: number
  /** The codes of the errors that prevented or ended a requested replay. */
  readonly obstacles: readonly string[]
  /** The files of the first migration that is not written yet and all after it: they are left out of what is generated. */
  readonly drafts: readonly string[]
  readonly made: Made
  /** How long the newest steps take on more rows, if the settings ask for that and all is proven. */
  readonly scaled: readonly ScaledStep[]
  /** Empty if an error in the migrations kept the generator from knowing the content of the files. */
  readonly files: readonly GeneratedFile[]
}

/**
 * What happened to a generated file. `stale` is out of date and was left so; `removed` is one that the settings no longer ask
 * for.
 */
export interface GeneratedFile {
  /** Relative to the project, with `/`. */
  readonly file: string
  readonly state: 'written' | 'unchanged' | 'removed' | 'stale'
}
