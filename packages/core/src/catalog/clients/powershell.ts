import type { Client } from './client.ts';

const ASK_FIRST = `Ask for a token first ($token = Invoke-RestMethod -Method PUT -Uri http://169.254.169.254/latest/api/token -Headers @{'X-aws-ec2-metadata-token-ttl-seconds' = '21600'})`;
const ENTRY = `'X-aws-ec2-metadata-token'`;

/** Commands and classes of PowerShell. How their calls are read stands in the scanner's PowerShell front end. Source of `dropsHeader`: the cmdlets leave out headers whose value is $null, .NET sends them empty. */
export const POWERSHELL_CLIENTS = [
  {
    id: 'invoke-restmethod',
    name: 'Invoke-RestMethod',
    kind: 'command',
    dropsHeader: true,
    remedy: `${ASK_FIRST}, then add -Headers @{${ENTRY} = $token} to this request.`,
  },
  {
    id: 'invoke-webrequest',
    name: 'Invoke-WebRequest',
    kind: 'command',
    dropsHeader: true,
    remedy: `${ASK_FIRST}, then add -Headers @{${ENTRY} = $token} to this request.`,
  },
  {
    id: 'webclient',
    name: 'System.Net.WebClient',
    kind: 'library',
    dropsHeader: false,
    remedy: `${ASK_FIRST}, then add it to the client: $client.Headers.Add(${ENTRY}, $token).`,
  },
  {
    id: 'webrequest',
    name: 'System.Net.WebRequest',
    kind: 'library',
    dropsHeader: false,
    remedy: `${ASK_FIRST}, then add it to the request: $request.Headers.Add(${ENTRY}, $token).`,
  },
  {
    id: 'httpclient',
    name: 'System.Net.Http.HttpClient',
    kind: 'library',
    dropsHeader: false,
    remedy: `${ASK_FIRST}, then add it to the client: $client.DefaultRequestHeaders.Add(${ENTRY}, $token).`,
  },
  {
    id: 'xmlhttp',
    name: 'XMLHTTP',
    kind: 'library',
    dropsHeader: false,
    remedy: `${ASK_FIRST}, then set it: $request.setRequestHeader(${ENTRY}, $token).`,
  },
  {
    id: 'bits',
    name: 'Start-BitsTransfer',
    kind: 'command',
    dropsHeader: false,
    remedy: `${ASK_FIRST}, and use Invoke-WebRequest -Headers @{${ENTRY} = $token} -OutFile in place of Start-BitsTransfer.`,
  },
  {
    id: 'get-ec2instancemetadata',
    name: 'Get-EC2InstanceMetadata',
    kind: 'sdk',
    dropsHeader: false,
    remedy:
      'Use AWS Tools for PowerShell 4.0.1.0 or later, which asks for a token first, and set [Amazon.Util.EC2InstanceMetadata]::EC2MetadataV1Disabled = $true.',
  },
] as const satisfies readonly Client[];
