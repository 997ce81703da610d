/** A small tree with owners, a launch that breaks at boot, and characters that HTML knows. */
export const TREE = {
  CODEOWNERS: '* @everybody\nsub/ @team-a @team-b # comment\n/nobody/\n',
  'sub/a.sh': '#!/bin/sh\nX=$(curl -s "http://169.254.169.254/latest/meta-data/<mac>")\n',
  'main.tf':
    'resource "aws_instance" "a&b" {\n  user_data = <<-EOT\n    #!/bin/sh\n    curl -s http://169.254.169.254/latest/meta-data/mac\n  EOT\n}\n',
};
