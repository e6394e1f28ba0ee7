# Models, validators, JSON, schema, errors.
# Needs: pydantic
from pydantic import BaseModel, Field, ValidationError, field_validator
from typing import Optional, Literal, Union
import datetime

class A(BaseModel):
    n: int = Field(gt=0)
    s: Optional[str] = None
    k: Literal['a', 'b'] = 'a'
    d: datetime.date
    l: list[Union[int, str]] = []

    @field_validator('s')
    @classmethod
    def up(cls, v):
        return v and v.upper()
print(A(n='3', s='x', d='2020-01-02', l=[1, 'b']).model_dump_json(), A.model_json_schema())
try:
    A(n=0, k='c', d='zz', l=[{}])
except ValidationError as e:
    print(e.error_count(), e)
