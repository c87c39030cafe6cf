// The rules with the texts of their pages, as `lint --format sarif` describes them.
import { rules } from '../../codegen/check/rules.js'
import { ruleProse } from '../../src/cli/terminal/code-page.js'

/** All rules, in order of code. */
export const describedRules = rules.map((rule) => ({ ...rule, ...ruleProse(rule.code) }))
