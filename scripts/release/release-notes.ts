// The notes of a release: what CHANGELOG.md says of the version.

/** The section of `version`; of what is not released yet where there is none, and `released` says which. */
export function sectionOf(changelog: string, version: string): { text: string; released: boolean } {
  const sections = new Map(
    changelog
      .split(/^## /m)
      .slice(1)
      .map((section) => [/^\[([^\]]+)\]/.exec(section)?.[1] ?? '', section.slice(section.indexOf('\n')).trim()]),
  );
  const own = sections.get(version);
  const text = own ?? sections.get('Unreleased');
  if (text === undefined) throw new Error(`CHANGELOG.md has neither a section [${version}] nor [Unreleased].`);
  return { text, released: own !== undefined };
}

/** The whole text, with how to check what was fetched. */
export function releaseNotes(changelog: string, version: string, commit: string): string {
  const { text } = sectionOf(changelog, version);
  return `# pearlctl ${version}

${text}

## Check what you fetched

\`\`\`console
$ sha256sum --check --ignore-missing SHA256SUMS
$ minisign -V -p pearlctl.pub -m FILE
\`\`\`

Built from commit ${commit}. \`npm run release\` makes the same bytes of it.
`;
}
