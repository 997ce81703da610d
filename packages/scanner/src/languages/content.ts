import type { LanguageId } from 'imdsv2-core';
import { interpreterOf } from './interpreters.ts';

/**
 * What a text looks like, where its name or place does not say it. Regular expressions over the beginning only: these run
 * on every text that may be a script.
 */

/** How far a text is looked at (UTF-16 units): enough for a licence in front. */
const BEGINNING = 8_000;

/** MIME as cloud-init reads it: headers at the very beginning. */
export function looksLikeMime(text: string): boolean {
  return /^(?:From [^\n]*\n)?(?:MIME-Version:|Content-Type:\s*(?:multipart|text)\/|Content-Transfer-Encoding:|Content-Disposition:)/i.test(
    text.slice(0, 500).trimStart(),
  );
}

/** One of the first lines by which cloud-init tells its formats apart, other than a script's `#!`. */
export function looksLikeCloudConfig(text: string): boolean {
  return /^#(?:cloud-config(?:-archive|-jsonp)?|cloud-boothook|include(?:-once)?|part-handler|upstart-job)\b|^## *template: *jinja/i.test(
    text.slice(0, 500).trimStart(),
  );
}

/** The tags in which EC2 on Windows looks for its scripts. */
function looksLikeWindowsUserData(text: string): boolean {
  return /<(powershell|script)>[^]*<\/\1>/i.test(text.slice(0, 70_000));
}

/** Whether a text is instance user data in one of the formats that are not simply one script. */
export function looksLikeUserData(text: string): boolean {
  return looksLikeMime(text) || looksLikeCloudConfig(text) || looksLikeWindowsUserData(text);
}

const SHELL_COMMAND =
  /^(?:sudo (?:-\w+ )*|exec |nohup |time )?(?:\/(?:usr\/)?(?:local\/)?s?bin\/)?(?:curl|wget|yum|dnf|apt|apt-get|apk|zypper|rpm|dpkg|pip3?|npm|systemctl|service|chkconfig|initctl|aws|docker|kubectl|helm|mkdir|chmod|chown|cp|mv|rm|ln|cat|echo|printf|sed|awk|grep|tar|unzip|tee|touch|useradd|usermod|groupadd|adduser|hostname|hostnamectl|sysctl|mount|umount|swapon|iptables|ip6tables|modprobe|crontab|export|source|local|declare|readonly|unset|set|shopt|trap|exit|return|shift|read|eval|cd|pushd|popd|sleep|test|true|false|jq|git|python3?|node|bash|sh|su|snap|amazon-linux-extras|cfn-init|cfn-signal|\/opt\/aws\/bin\/[\w-]+|\/etc\/eks\/bootstrap\.sh|ec2-metadata|instance_id|logger|date|openssl|ssh|scp|nc|xargs|find|head|tail|cut|tr|sort|tee|command|wait|kill)(?=$|[\s;|&>"'(])/;
const SHELL_SYNTAX =
  /^(?:(?:export |local |readonly |declare (?:-\w+ )?)?[A-Za-z_]\w*\+?=(?:[^\s=]|$)|(?:if|elif|while|until) +(?:!|\[|test|\w+)|then$|else$|fi\b|do$|done\b|esac\b|;;$|[{}]$|for +\w+ +in\b|case +\S+ +in$|(?:function +)?[\w-]+ *\(\) *\{?$|\.{1,2} *\/)|\$\(|`[a-z]|&&|\|\||; *(?:then|do)$|(?:^|\s)[12]?>+ *[/&$"]|<<-? *['"\\]?\w+|\\$/;

/** Whether most of a text's lines read as lines of a POSIX shell script. Prose, data and other languages do not. */
export function looksLikeShell(text: string): boolean {
  const lines = codeLines(text);
  if (lines.length === 0 || looksLikePowerShell(text)) return false;
  let commands = 0;
  let shellLike = 0;
  for (const line of lines) {
    const isCommand = SHELL_COMMAND.test(line) && !isSentence(line);
    if (isCommand) commands++;
    if (isCommand || SHELL_SYNTAX.test(line)) shellLike++;
  }
  return commands > 0 && shellLike / lines.length >= (lines.length > 12 ? 0.34 : 0.5);
}

/** Whether a line that begins with a command's name goes on as a sentence does: "curl … is version 1", "test the image". Words that are printed do not count. */
function isSentence(line: string): boolean {
  if (/^(?:sudo )?(?:echo|printf|logger|export|local|readonly)\b/.test(line))
    return /^\w+ (?:the|an?|is|are|to|of|that|this|and)\b/.test(line) && !/[$>|"']/.test(line);
  const words = line.replace(/"(?:[^"\\]|\\.)*"|'[^']*'|\s#.*$/g, ' ');
  return (
    /\s(?:is|are|was|were|the|this|that|which|should|must|will|cannot|your|from the|for an?)\s/i.test(words) ||
    /^\w+ (?:an?|to|of|and)\s/.test(words)
  );
}

/** Whether a text uses what only PowerShell has. */
export function looksLikePowerShell(text: string): boolean {
  const beginning = text.slice(0, BEGINNING);
  return (
    /(?:^|[\s(|{;=])(?:Invoke-(?:WebRequest|RestMethod|Expression|Command)|Write-(?:Host|Output|Verbose)|Set-(?:Item|Content|Location|StrictMode|ExecutionPolicy)|Get-(?:Content|Item|Service|EC2\w+|ChildItem)|New-(?:Object|Item)|Start-(?:Process|Service|Sleep)|Out-File|Import-Module|ConvertFrom-Json)\b/i.test(
      beginning,
    ) ||
    /^\s*\$\w+(?::\w+)? *= *(?:@[{('"]|\[|\(|["'])/m.test(beginning) ||
    /^\s*(?:param *\(|\[CmdletBinding|\$ErrorActionPreference)/im.test(beginning)
  );
}

/** Whether a text uses what only `cmd.exe` has. */
function looksLikeBatch(text: string): boolean {
  return /^\s*(?:@echo off|rem\s|setlocal|goto\s+:?\w+|set \w+=|if (?:not )?exist |for \/[fl] )/im.test(
    text.slice(0, BEGINNING),
  );
}

function looksLikePython(text: string): boolean {
  return /^(?:import [\w.]+(?: as \w+)?(?:, *[\w.]+)*|from [\w.]+ import .+|def \w+\(.*\).*:)\s*$/m.test(
    text.slice(0, BEGINNING),
  );
}

/**
 * The language of a script that nothing but its content tells: its first line, tags, or the look of its lines. `user-data` for the formats of cloud-init
 * and EC2 on Windows. Undefined for anything else, prose above all.
 */
export function scriptLanguageOf(text: string): LanguageId | undefined {
  if (looksLikeUserData(text)) return 'user-data';
  const interpreter = interpreterOf(text);
  if (interpreter !== undefined) return interpreter.language;
  if (looksLikePowerShell(text)) return 'powershell';
  if (looksLikePython(text)) return 'python';
  if (looksLikeShell(text)) return 'shell';
  return looksLikeBatch(text) ? 'batch' : undefined;
}

/** The lines that say something: no blank ones, no comments, blanks around them dropped. */
function codeLines(text: string): readonly string[] {
  return text
    .slice(0, BEGINNING)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}
