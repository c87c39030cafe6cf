// Renders the page of all codes: the errors of the runtime and the command line, and everything that the build can report.
import type { Project } from 'ts-morph'
import { buildProblems, type CatalogueEntry, runtimeErrors } from './catalogue.js'
import { GENERATED } from './notice.js'
import {
  NOTHING_CHANGED,
  REPORTED,
  ROLLED_BACK,
  RUN_AGAIN,
  settleRow,
  STILL_THERE,
} from '../../src/model/told-step.js'

const titles: Readonly<Record<string, string>> = {
  adopt: 'Adopting a database',
  backup: 'Backups',
  'command-line': 'The command line',
  conformance: 'Testing a driver',
  database: 'The database itself',
  expectations: 'Testing migrations',
  git: 'The base branch in git',
  history: 'The history: the ledger against the code',
  ledger: 'The ledger',
  load: 'Loading the generated schema',
  needs: 'Several histories',
  recovery: 'Correcting the ledger by hand',
  redo: 'Redoing what was applied',
  renumber: 'Renumbering migrations',
  run: 'Running migrations',
  schema: 'The schema, and the file it is in',
  seed: 'Rows for development',
  usage: 'Using the runtime',
  'discovery-problems': 'The migrations folder',
  'reading-problems': 'Reading a migration without executing it',
  'form-problems': 'The parts of a migration',
  'sql-file-problems': 'SQL files',
  'alter-problems': 'Declared changes of tables',
  'generated-problems': 'The generated files',
  'registry-problems': 'What the registry is made from',
  'schema-problems': 'What the files about the schema are made from',
  'needs-problems': 'Several histories',
  'replay-problems': 'Replaying',
  'base-problems': 'Migrations of the base branch',
}

/** Markdown with every code: its meaning, its message, and what to do. */
export function errorsPage(project: Project): string {
  return [
    '# Errors and diagnostics',
    GENERATED,
    'Every error that Lockstep throws is a `LockstepError` with a permanent `code`, a message, a `fix`, the facts as data, ' +
      'the cause, and the report of what had been done. What the build finds in the migrations folder are diagnostics ' +
      'with the same kind of code and a place, `file:line:column`. In the messages below, `‹name›` stands for what is ' +
      'filled in and `[…]` for what is not always there; a message that begins in lower case follows `In ‹file›, `.',
    `An error that ends a step names the step, and ends with what is left of it: *${ROLLED_BACK}* or *${STILL_THERE}* What to do ends with ` +
      `*${RUN_AGAIN}* or, outside a transaction, with how to resolve the step: *${settleRow(1)}* Where the messages below ` +
      `say *${NOTHING_CHANGED}*, no step was running; after steps that are complete, this reads *${REPORTED}*`,
    '## Errors',
    ...byArea(runtimeErrors(project)),
    '## Diagnostics of the build',
    'Diagnostics that keep a migration from being read are errors and stop generation. What the migrations themselves are ' +
      'judged by are the [rules](rules/README.md), each with a page of its own.',
    ...byArea(buildProblems(project)),
  ].join('\n\n')
}

function byArea(entries: readonly CatalogueEntry[]): string[] {
  const areas = [...new Set(entries.map(({ area }) => area))]
  return areas.flatMap((area) => [
    `### ${titles[area] ?? area}`,
    ...entries.filter((entry) => entry.area === area).flatMap(entrySection),
  ])
}

const entrySection = ({ code, meaning, message, fix }: CatalogueEntry): string[] => [
  `#### ${code}`,
  meaning,
  `- Message: ${quoted(message)}\n- What to do: ${quoted(fix)}`,
]

const quoted = (text: string): string =>
  /^(?:‹[^›]+›)+(?: Then run again\.)?$/.test(text)
    ? 'the error says it, which depends on the case.'
    : text.replace(/\s+/g, ' ').trim()
