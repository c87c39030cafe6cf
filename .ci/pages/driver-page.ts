// The parts of the page for authors of drivers that are made from the suite: its promises, and what can be lacking.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Project } from 'ts-morph'
import { promises } from '../../src/testing/conformance/promises.js'
import { insertSection } from './insert-section.js'
import { memberList } from './member-list.js'

/** The page as it stands, with its lists made anew. */
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
