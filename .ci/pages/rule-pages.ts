// Renders a page for each rule, with an example of a bad and a good history, and the list of all rules. The texts about what is
// found, why it matters and what to do are written in the page itself, and are kept.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { rules } from '../../codegen/check/rules.js'
import { proseIn, type RuleProse } from '../../src/cli/terminal/code-page.js'
import { GENERATED } from './notice.js'
import { type Files, readExample, type RuleExample } from './rule-examples.js'

/** A page: its path relative to the project root, and its whole text. */
export interface Page {
  readonly path: string
  readonly text: string
}

type RuleText = (typeof rules)[number]

/** The folder of the rule pages; the command line refers to them by code. */
const FOLDER = 'docs/rules'

/** One page per rule, and the list of all. */
export const rulePages = (root: string): Page[] => [
  { path: `${FOLDER}/README.md`, text: listOfRules(root) },
  ...rules.map((rule) => ({
    path: `${FOLDER}/${rule.code}.md`,
    text: pageOf(rule, writtenIn(root, rule.code), readExample(root, rule.code)),
  })),
]

/** The handwritten texts in the page of a rule; a new page has only the headings. */
function writtenIn(root: string, code: string): RuleProse {
  const file = join(root, FOLDER, `${code}.md`)
  return proseIn(existsSync(file) ? readFileSync(file, 'utf8') : '')
}

const WRITTEN =
  '<!-- Made from the sources by `npm run docs`, but for what it finds, why it matters and what to do: that is written here. -->'

const listOfRules = (root: string): string =>
  [
    '# Rules',
    GENERATED,
    'These are the rules by which `lockstep gen`, `lint` and `check` judge migrations. Each finding has a place, says what is ' +
      'wrong and what to do, and links to its page here. Everything else that the build can report is in [Errors](../errors.md).',
    'To change the severity of a rule, set it in the configuration: `rules: { IF_NOT_EXISTS: "off" }`. To switch a rule off in ' +
      'one migration, add a comment there: `lockstep-ignore CODE: reason`. The column “Comment” says for which rules that works.',
    [
      '| Rule | Severity | Comment | Found |',
      '| --- | --- | --- | --- |',
      ...rules.map(
        (rule) =>
          `| [${rule.code}](${rule.code}.md) | ${severityOf(rule)} | ${byComment(rule)} | ${writtenIn(root, rule.code).meaning} |`,
      ),
    ].join('\n'),
  ].join('\n\n')

const severityOf = ({ severity, override }: RuleText): string =>
  override === 'fixed' ? `${severity}, always` : severity

const byComment = ({ code, severity, override, stage }: RuleText): string =>
  override === 'acknowledged in code'
    ? 'in code'
    : override === 'acknowledged' ||
        (!override &&
          severity !== 'error' &&
          stage !== 'suppressions' &&
          !ABOUT_SETTINGS.test(code))
      ? 'yes'
      : 'no'

/** Rules about the configuration, in which comments cannot acknowledge a finding. */
const ABOUT_SETTINGS = /^(?:SEVERITY|SEED)_/

function pageOf(
  rule: RuleText,
  { meaning, problem, solution }: RuleProse,
  example: RuleExample | null,
): string {
  const { code, stage } = rule
  return [
    `# ${code}`,
    WRITTEN,
    meaning,
    `Severity: ${severityOf(rule)}.${stage === 'replay' ? ' The replay finds it, so `--no-replay` and `lockstep lint` do not.' : ''}`,
    '## Why it matters',
    problem,
    '## What to do',
    solution,
    ...(example ? exampleSections(code, example) : []),
    '## When it is meant',
    howToAllow(rule),
    '[All rules](README.md)',
  ].join('\n\n')
}

function exampleSections(code: string, { bad, good, findings }: RuleExample): string[] {
  const found = findings
    .split(/^(?=\w+ [A-Z_]+ )/m)
    .filter((finding) => finding.includes(` ${code} `))
  return [
    '## Bad',
    ...fileBlocks(bad),
    'Lockstep reports:',
    fenced('text', found.map(asPrinted).join('\n\n')),
    ...(Object.keys(good).length > 0 ? ['## Good', ...fileBlocks(good)] : []),
  ]
}

/** `error CODE file:1:1` becomes `file:1:1 error CODE`. */
const asPrinted = (finding: string): string =>
  finding
    .trimEnd()
    .replace(/^(\w+) (\w+) (.+)$/m, (_, severity, code, place) => `${place} ${severity} ${code}`)

const fileBlocks = (files: Files): string[] =>
  Object.entries(files).flatMap(([path, text]) =>
    path === 'settings.json'
      ? ['In the configuration:', fenced('json', text.trim())]
      : [`\`${path}\`:`, fenced(path.split('.').at(-1) ?? '', text.trim())],
  )

const fenced = (language: string, text: string): string => `\`\`\`${language}\n${text}\n\`\`\``

function howToAllow(rule: RuleText): string {
  const { code, severity, override } = rule
  if (override === 'fixed') {
    return 'This is always an error. Neither the configuration nor a comment can change that.'
  }
  const setting = `To change its severity for all migrations, set \`rules: { ${code}: '${severity === 'error' ? 'warning' : 'off'}' }\` in the configuration.`
  if (byComment(rule) === 'no') return `${setting} A comment cannot switch it off.`
  const comment = `lockstep-ignore ${code}: why it is right here`
  const about =
    'If a migration has several of these findings, each comment names the one it is about, as printed in the fix.'
  if (byComment(rule) === 'in code')
    return `If your code makes sure that it does no harm, say so there. In SQL it is always refused:\n\n${fenced('ts', `// ${comment}`)}\n\n${setting}`
  return `Add a comment to the migration (with \`//\` in TypeScript):\n\n${fenced('sql', `-- ${comment}`)}\n\n${about}\n\n${setting}`
}
