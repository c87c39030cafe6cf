// Generates the lists in the page for driver authors from the driver suite: its promises, and what a driver may lack.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Project } from 'ts-morph'
import { promises } from '../../src/testing/conformance/promises.js'
import { insertSection } from './insert-section.js'
import { memberList } from './member-list.js'

/** The existing page with newly generated lists. */
export function driverPage(root: string, project: Project): string {
  const page = readFileSync(join(root, 'docs/drivers.md'), 'utf8')
  return insertSection(
    insertSection(page, 'capabilities', capabilities(root, project)),
    'promises',
    Object.entries(promises).map(memberSection).join('\n\n'),
  )
}

const capabilities = (root: string, project: Project): string =>
  memberList(
    project
      .addSourceFileAtPath(join(root, 'src/testing/conformance/stage/capabilities.ts'))
      .getInterfaceOrThrow('DriverCapabilities'),
  )

const memberSection = ([member, made]: [string, readonly { readonly promise: string }[]]): string =>
  [`### \`${member}\``, made.map(({ promise }) => `- ${promise}`).join('\n')].join('\n\n')
