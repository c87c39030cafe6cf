// Cuts a step of SQL off after one of its statements. Pure.
import { splitStatements } from '../../../src/sql/split-statements.js'

/** A statement of a step: its script, and where it starts and ends there. */
export interface StatementPlace {
  readonly script: number
  readonly offset: number
  readonly end: number
  /** Truncated to 2,000 characters. */
  readonly statement: string
}

/** The statements of scripts that run one after another. */
export const statementPlaces = (scripts: readonly string[]): StatementPlace[] =>
  scripts.flatMap((script, index) =>
    splitStatements(script).map(({ text, start }) => ({
      script: index,
      offset: start,
      end: start + text.length,
      statement: text.slice(0, 2000),
    })),
  )

/** The scripts before number `script`, and that script up to `end`. */
export const cutOff = (scripts: readonly string[], script: number, end: number): string[] => [
  ...scripts.slice(0, script),
  `${scripts[script]?.slice(0, end) ?? ''};`,
]
