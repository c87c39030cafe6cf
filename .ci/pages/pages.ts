// Generates documentation pages and the types of all codes from the sources, so that they always match the code.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { catalogueSources } from './catalogue-sources.js'
import { codesFile } from './codes-file.js'
import { commandTable, commandsPage } from './commands-page.js'
import { driverPage } from './driver-page.js'
import { errorsPage } from './errors-page.js'
import { eventsPage } from './events-page.js'
import { insertSection } from './insert-section.js'
import { layoutsPage } from './layouts-page.js'
import { optionsPage } from './options-page.js'
import { printedFinding } from './printed-finding.js'
import { rulePages, type Page } from './rule-pages.js'

/** Generates all pages from the sources below `root`; the same sources give the same bytes. */
export function pages(root: string): Promise<Page[]> {
  const sources = catalogueSources(root)
  const raw: readonly Page[] = [
    { path: 'docs/errors.md', text: errorsPage(sources) },
    { path: 'docs/options.md', text: optionsPage(sources) },
    { path: 'docs/events.md', text: eventsPage(sources) },
    { path: 'docs/commands.md', text: commandsPage() },
    { path: 'docs/adopting-layouts.md', text: layoutsPage() },
    { path: 'docs/drivers.md', text: driverPage(root, sources) },
    { path: 'README.md', text: readmePage(root) },
    { path: 'src/model/codes.ts', text: codesFile(sources) },
    ...rulePages(root),
  ]
  return Promise.all(raw.map((page) => formatted(page, root)))
}

function readmePage(root: string): string {
  const page = readFileSync(join(root, 'README.md'), 'utf8')
  const withFinding = insertSection(page, 'finding', printedFinding(root, 'ROWS_LOST'))
  return insertSection(withFinding, 'commands', commandTable())
}

const formatted = async ({ path, text }: Page, root: string): Promise<Page> => {
  const style = await resolveConfig(join(root, path))
  return {
    path,
    text: await format(text, {
      ...style,
      parser: path.endsWith('.ts') ? 'typescript' : 'markdown',
    }),
  }
}
