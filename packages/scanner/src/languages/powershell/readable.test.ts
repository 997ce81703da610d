import { describe, expect, it } from 'vitest';
import { loadGrammar } from '../tree-sitter/grammar.ts';
import { readableText } from './readable.ts';

const parser = await loadGrammar('tree-sitter-powershell');

/** Scripts that PowerShell reads and the grammar does not. */
const SCRIPTS = {
  'a path behind a variable': 'Remove-Item $dir\\logs -Force',
  'a path behind a variable in braces': 'Copy-Item ${PSScriptRoot}\\a.exe -Destination $target\\bin',
  'an address behind a variable': 'Invoke-RestMethod $base/meta-data/mac -TimeoutSec 2\nWrite-Host done',
  'a subexpression in a bare word': 'Start-Transcript -Path C:\\log\\$($MyInvocation.MyCommand.Name).log -Append',
  'a subexpression in an address': 'irm -Uri http://169.254.169.254/latest/$(Get-Path "a b")/mac -Headers $h',
  'a variable in braces in an address': 'iwr https://example.com/${version}/tool-windows.exe',
  'an option with its value': 'choco install git --version="2.1" -y; go test -timeout=40m -v',
  'an option with a quoted rest': '7z x "$archive" -o"$target"',
  'a digit in a parameter': "Set-Config -AD1Name 'x' -Smb1Access $true",
  'units in any case': '$free = ($drive.Free / 1Gb) + 2GB',
  'names in a list': 'Install-WindowsFeature AD-Domain-Services, rsat-adds -IncludeAll',
  'tags of user data': '<powershell>\nWrite-Host a\n</powershell>\n<persist>true</persist>\n',
  'typographic quotes': 'Write-Host \u201Chello $name\u201D \u2018a\u2019',
};

/** Scripts that both read: they stay as they are. */
const PLAIN = [
  // What asks in the midst of a word is not hidden.
  'Write-Host --name="$(Invoke-RestMethod -Uri $base/ami-id)"',
  'iwr https://example.com/${env:X}/$(irm http://169.254.169.254/latest/meta-data/mac)/x',
  '$x = @{ a="b"; c=$(Get-D) }',
  '[Parameter(Mandatory=$true, HelpMessage="x")]',
  'if ($a -eq"b" -and $c -notmatch"d") { $e -join"," }',
  '"$base/meta-data and $dir\\x and C:\\$(Get-Y).log -o"',
  '\'--version="1" 1Gb\'',
  '# --version="1" $dir\\x',
  '<# $dir\\x #>',
  '@"\n$dir\\x 1Gb -AD1 \u201Cquoted\u201D\n"@',
  '$y ="${a}\\b"',
];

describe('readableText', () => {
  it.each(Object.entries(SCRIPTS))('%s', (_, script) => {
    expect(hasError(script)).toBe(true);
    expect(readableText(script)).toHaveLength(script.length);
    expect(hasError(readableText(script))).toBe(false);
  });

  it('writes typographic dashes as the plain one', () => {
    expect(readableText('Get-Item \u2013Path C:\\x')).toBe('Get-Item -Path C:\\x');
  });

  it.each(PLAIN)('leaves %s', (script) => {
    expect(readableText(script)).toBe(script);
  });
});

function hasError(script: string): boolean {
  return parser.parse(script, (root) => root.hasError) ?? true;
}
