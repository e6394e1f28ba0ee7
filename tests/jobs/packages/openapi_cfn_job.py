# Validators of two kinds of documents.
# Needs: openapi_spec_validator cfnlint
import openapi_spec_validator, yaml, json
spec = {'openapi': '3.0.0', 'info': {'title': 't', 'version': '1'}, 'paths': {'/a/{x}': {'get': {'parameters': [{'name': 'x', 'in': 'path', 'required': True, 'schema': {'type': 'integer'}}], 'responses': {'200': {'description': 'ok'}}}}}}
openapi_spec_validator.validate(spec)
print('valid')
del spec['info']['title']
spec['paths']['/a/{x}']['get']['responses'] = {}
for e in openapi_spec_validator.OpenAPIV30SpecValidator(spec).iter_errors():
    print(e.message[:200])
import cfnlint.api, cfnlint.decode
from cfnlint import decode
t = 'AWSTemplateFormatVersion: "2010-09-09"\nResources:\n  B:\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketNam: x\n  I:\n    Type: AWS::EC2::Instance\n    Properties: {ImageId: !Ref Q}\n'
for m in cfnlint.api.lint_all(t):
    print(m.rule.id, m.message, m.linenumber)
