# A client of a mocked service.
# Needs: boto3 moto
import os
os.environ.update(AWS_ACCESS_KEY_ID='x', AWS_SECRET_ACCESS_KEY='y', AWS_DEFAULT_REGION='us-east-1')
import boto3
from moto import mock_aws
with mock_aws():
    s = boto3.client('s3')
    s.create_bucket(Bucket='bucket')
    s.put_object(Bucket='bucket', Key='k', Body=b'hello')
    print(s.get_object(Bucket='bucket', Key='k')['Body'].read(), [o['Key'] for o in s.list_objects_v2(Bucket='bucket')['Contents']])
    try:
        s.get_object(Bucket='bucket', Key='zz')
    except s.exceptions.NoSuchKey as e:
        print(e)
    d = boto3.resource('dynamodb')
    t = d.create_table(TableName='t', KeySchema=[{'AttributeName': 'a', 'KeyType': 'HASH'}], AttributeDefinitions=[{'AttributeName': 'a', 'AttributeType': 'S'}], BillingMode='PAY_PER_REQUEST')
    t.put_item(Item={'a': '1', 'n': 5})
    print(t.get_item(Key={'a': '1'})['Item'], t.scan()['Count'])
