// The entry point for the static rules alone: no replay, and no check of the generated files.
import { readAndCheck } from './pipeline.js'
import type { LintResult } from './model/result.js'
import type { GenerateSettings } from './model/settings.js'

export type { LintResult } from './model/result.js'

/** Applies every static rule to the migrations folder, and reports all findings of one run. Writes nothing. */
export const lint = (settings: GenerateSettings): Promise<LintResult> => readAndCheck(settings)
